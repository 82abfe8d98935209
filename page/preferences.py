"""The settings tab: the language model, what becomes of unsupported sentences, how large the text is."""

from __future__ import annotations

import logging
from dataclasses import replace

import gradio as gr

from page.chat import ChatTab
from page.markup import Html, tag
from page.models import ModelsSection
from page.parts import QUIET, Updates, fixed, notice_html
from page.presets import NONE, PRESETS, preset_of
from page.site import Site
from page.words import Words
from rag.config import Settings
from rag.errors import DangwuError, SettingError
from rag.llm import ChatGenerator

log = logging.getLogger(__name__)

SIZES = ("", "large", "huge")
FIELDS = ("llm", "llm_base_url", "llm_api_key", "unsupported")


class PreferencesTab:
    """Made inside the tab it fills."""

    def __init__(self, site: Site, words: Words) -> None:
        self._site = site
        self._words = words
        now = site.assistant.settings
        fixed(_reading(words))
        fixed(tag("h2", words.model_title))
        fixed(tag("p", words.model_intro, class_="intro"))
        names = [(p.zh if words.language == "zh" else p.en, p.key) for p in PRESETS]
        self._preset = gr.Dropdown(
            [(words.model_none, NONE), *names],
            value=preset_of(now.llm, now.llm_base_url),
            label=words.model_service,
        )
        used = now.llm != NONE
        with gr.Column(visible=used, elem_id="model-fields") as self._fields:
            self._url = gr.Textbox(now.llm_base_url or "", label=words.model_address)
            self._model = gr.Textbox(_name_in(now.llm), label=words.model_name)
            self._key = gr.Textbox(
                "", label=words.model_key, type="password", placeholder=words.model_key_kept
            )
            self._leaves = fixed(self._warning(now.llm_base_url))
        self._flag = gr.Radio(
            [(words.unsupported_flag, "flag"), (words.unsupported_drop, "drop")],
            value=now.unsupported,
            label=words.unsupported_title,
        )
        with gr.Row(elem_id="settings-buttons"):
            self._test = gr.Button(words.model_test, visible=used, scale=0, min_width=120)
            self._save = gr.Button(words.settings_save, variant="primary", scale=0, min_width=120)
        self._told = fixed("", "settings-told")
        self._models = ModelsSection(site, words)
        fixed(self._about())

    def wire(self, chat: ChatTab, tab: gr.Tab) -> None:
        """Connects the tab; the line under the question field says whether text leaves this machine."""
        filled = [self._preset, self._url, self._model, self._key, self._flag]
        service = [self._fields, self._url, self._model, self._test, self._leaves, self._told]
        self._preset.input(self._chosen, self._preset, service, **QUIET)
        self._url.change(self._warning, self._url, self._leaves, **QUIET)
        self._test.click(self._tested, filled, self._told, **{**QUIET, "show_progress": "minimal"})
        tab.select(self._look, None, list(dict.fromkeys((*filled, *service, self._save))), **QUIET)
        self._models.wire(tab)
        saved = self._save.click(self._saved, filled, self._told, **QUIET)
        saved.then(chat.footing_html, None, chat.footing, **QUIET)

    def _look(self, request: gr.Request) -> Updates:
        """What is in force now: somebody may have changed it since the page was made. Readers look, no more."""
        now = self._site.assistant.settings
        may = self._site.may_change(request)
        used = now.llm != NONE
        return {
            self._preset: preset_of(now.llm, now.llm_base_url),
            self._fields: gr.update(visible=used),
            self._test: gr.update(visible=used and may),
            self._save: gr.update(visible=may),
            self._url: now.llm_base_url or "",
            self._model: _name_in(now.llm),
            self._key: "",
            self._leaves: self._warning(now.llm_base_url),
            self._flag: now.unsupported,
            self._told: "" if may else tag("p", self._words.settings_readers, class_="notice"),
        }

    def _chosen(self, key: str) -> Updates:
        """A service fills in what is known of it."""
        preset = next((p for p in PRESETS if p.key == key), None)
        return {
            self._fields: gr.update(visible=preset is not None),
            self._test: gr.update(visible=preset is not None),
            self._url: preset.base_url if preset else "",
            self._model: preset.model if preset else "",
            self._leaves: self._warning(preset.base_url if preset else ""),
            self._told: "",
        }

    def _tested(self, preset: str, url: str, model: str, key: str, flag: str, request: gr.Request) -> Html:
        if not self._site.may_change(request):
            return notice_html(self._words.admin_only)
        try:
            said = ChatGenerator(self._wanted(preset, url, model, key, flag)).ping()
        except DangwuError as error:
            return notice_html(error.message(self._words.language))
        return notice_html(self._words.model_works.format(said[:40]), good=True)

    def _saved(self, preset: str, url: str, model: str, key: str, flag: str, request: gr.Request) -> Html:
        if not self._site.may_change(request):
            return notice_html(self._words.admin_only)
        try:
            wanted = self._wanted(preset, url, model, key, flag)
            now = self._site.assistant.settings
            self._site.reconfigure(wanted, tuple(f for f in FIELDS if getattr(wanted, f) != getattr(now, f)))
        except DangwuError as error:
            return notice_html(error.message(self._words.language))
        log.info("settings changed on the page: %s", wanted.llm)
        told = self._words.settings_saved
        if (given := now.given("llm")) is not None:
            told += self._words.settings_overridden.format(given)
        return notice_html(told, good=True)

    def _wanted(self, preset: str, url: str, model: str, key: str, flag: str) -> Settings:
        """The settings as filled in. An empty key keeps the one that is set, for the same service."""
        now = self._site.assistant.settings
        if preset == NONE:
            return replace(now, llm=NONE, llm_base_url=None, llm_api_key=None, unsupported=flag)
        if not model.strip() or not url.strip().startswith(("http://", "https://")):
            raise SettingError(
                "请填写以 http:// 或 https:// 开头的服务地址和模型名称。",
                "Fill in the address, beginning with http:// or https://, and the name of the model.",
            )
        address = url.strip()
        kept = now.llm_api_key if address == now.llm_base_url else None
        return replace(
            now,
            llm=f"openai:{model.strip()}",
            llm_base_url=address,
            llm_api_key=key.strip() or kept,
            unsupported=flag,
        )

    def _warning(self, url: str | None) -> Html:
        """A clear sign when text would leave this machine."""
        if not url or self._site.is_local(url):
            return tag("p", self._words.model_local, class_="notice") if url else Html("")
        return tag("p", self._words.text_leaves.format(url), class_="notice warning", role="note")

    def _about(self) -> Html:
        settings, words = self._site.assistant.settings, self._words
        listed = tag("dl", tag("dt", words.about_home), tag("dd", str(settings.home)))
        return tag("section", tag("h2", words.about), listed, class_="about")


def _name_in(llm: str) -> str:
    return "" if llm == NONE else llm.partition(":")[2]


def _reading(words: Words) -> Html:
    """The text size is this browser's own affair: the page's script keeps it."""
    buttons = [
        tag("button", label, type="button", class_="button", data_text_size=size, aria_pressed="false")
        for label, size in zip(words.text_sizes, SIZES, strict=True)
    ]
    return tag(
        "section",
        tag("h2", words.text_size),
        tag("div", buttons, class_="sizes", role="group", aria_label=words.text_size),
    )
