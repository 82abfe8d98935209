"""Language model services that speak the OpenAI protocol, and where they listen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preset:
    """A service; ``model`` is one to begin with, empty where only the person who set it up knows."""

    key: str
    zh: str
    en: str
    base_url: str
    model: str = ""


PRESETS = (
    Preset("ollama", "本机 Ollama", "Ollama on this computer", "http://127.0.0.1:11434/v1", "qwen3:8b"),
    Preset("vllm", "本机 vLLM", "vLLM on this computer", "http://127.0.0.1:8000/v1"),
    Preset("xinference", "本机 Xinference", "Xinference on this computer", "http://127.0.0.1:9997/v1"),
    Preset("deepseek", "DeepSeek", "DeepSeek", "https://api.deepseek.com/v1", "deepseek-chat"),
    Preset("qwen", "通义千问", "Qwen", "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"),
    Preset("glm", "智谱 GLM", "GLM", "https://open.bigmodel.cn/api/paas/v4", "glm-4-flash"),
    Preset("kimi", "Kimi", "Kimi", "https://api.moonshot.cn/v1", "moonshot-v1-8k"),
    Preset("siliconflow", "硅基流动", "SiliconFlow", "https://api.siliconflow.cn/v1", "Qwen/Qwen3-8B"),
    Preset("other", "其他（自己填写地址）", "Another (fill in the address)", ""),
)
NONE = "none"


def preset_of(llm: str, base_url: str | None) -> str:
    """The key of the preset that settings amount to; ``none`` without a model."""
    if llm == NONE:
        return NONE
    return next((p.key for p in PRESETS if p.base_url and p.base_url == base_url), "other")
