"""Colours, local fonts and sizes for Gradio's own parts. The stylesheets in ``assets`` do the rest."""

from __future__ import annotations

from typing import Any

FONTS = (
    "PingFang SC",
    "Microsoft YaHei",
    "HarmonyOS Sans SC",
    "Source Han Sans SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
    "system-ui",
    "sans-serif",
)


def make_theme() -> Any:
    """A Gradio theme that asks for no font from anywhere."""
    import gradio as gr

    red = gr.themes.Color(
        "#fdf3f2",
        "#fbe4e1",
        "#f5c6c1",
        "#eba098",
        "#dc6f64",
        "#b92b27",
        "#a32420",
        "#8a1f1c",
        "#6e1a18",
        "#551615",
        "#340c0b",
    )
    grey = gr.themes.Color(
        "#faf9f7",
        "#f3f1ed",
        "#e6e3dd",
        "#d2cec6",
        "#a5a098",
        "#77726b",
        "#5b5751",
        "#45423d",
        "#2b2926",
        "#1f1e1c",
        "#151413",
    )
    theme = gr.themes.Base(
        primary_hue=red,
        secondary_hue=grey,
        neutral_hue=grey,
        font=FONTS,
        font_mono=("Cascadia Mono", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace"),
        text_size=gr.themes.sizes.text_md,
        radius_size=gr.themes.sizes.radius_lg,
    )
    return theme.set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        background_fill_primary="var(--card)",
        background_fill_primary_dark="var(--card)",
        background_fill_secondary="var(--paper)",
        background_fill_secondary_dark="var(--paper)",
        border_color_primary="var(--line)",
        border_color_primary_dark="var(--line)",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        input_background_fill="var(--card)",
        input_background_fill_dark="var(--card)",
        input_border_color="var(--line-strong)",
        input_border_color_dark="var(--line-strong)",
        input_border_color_focus="var(--accent)",
        input_border_color_focus_dark="var(--accent)",
        input_placeholder_color="var(--muted)",
        input_placeholder_color_dark="var(--muted)",
        button_primary_background_fill="var(--accent-fill)",
        button_primary_background_fill_dark="var(--accent-fill)",
        button_primary_background_fill_hover="var(--accent-fill-hover)",
        button_primary_background_fill_hover_dark="var(--accent-fill-hover)",
        button_primary_text_color="#fff",
        button_primary_text_color_dark="#fff",
        button_secondary_background_fill="var(--card)",
        button_secondary_background_fill_dark="var(--card)",
        button_secondary_border_color="var(--line-strong)",
        button_secondary_border_color_dark="var(--line-strong)",
        button_secondary_text_color="var(--ink)",
        button_secondary_text_color_dark="var(--ink)",
    )
