"""Answers from a language model, through LangChain's chat models: any provider it knows, any OpenAI-compatible endpoint.

Whatever goes wrong becomes a ``ModelError`` in words for the reader, within the time the settings allow.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from rag import failures
from rag.config import LOOPBACK, Settings
from rag.datatypes import Draft, Hit
from rag.deadline import TooSlow, within
from rag.errors import ModelError, SettingError
from rag.model_text import clean, is_legible, split, whole_sentences
from rag.prompt import messages, used_hits
from rag.showable import Showable

OPENAI_URL = "https://api.openai.com/v1"
COMPATIBLE = {"openai": OPENAI_URL, "ollama": "http://localhost:11434/v1"}
PACKAGES = {  # LangChain provider -> the package that init_chat_model asks for
    "anthropic": "langchain-anthropic",
    "cohere": "langchain-cohere",
    "deepseek": "langchain-deepseek",
    "google_genai": "langchain-google-genai",
    "groq": "langchain-groq",
    "huggingface": "langchain-huggingface",
    "mistralai": "langchain-mistralai",
    "xai": "langchain-xai",
}
CONNECT_TIMEOUT_S = 10.0
FEWEST_TOKENS = (
    0.3  # tokens a character that any tokenizer needs for Chinese; fewer were read: the window is too small
)
_CUT = frozenset({"length", "max_tokens", "model_length"})
_FILTERED = frozenset({"content_filter", "content-filter", "sensitive", "safety", "refusal"})
_WHOLE = frozenset({"stop", "eos", "end_turn", "stop_sequence", "tool_calls", "function_call", "complete"})
_FIXED_TEMPERATURE = re.compile(r"^(?:o\d|gpt-5)")

Prompt = Sequence[tuple[str, str]]


class Reply:
    """What a model says to one prompt: iterate for pieces that are safe to show, then ask for the ``draft``.

    ``hits`` are those that the prompt had room for: what the markers count. Iterating raises ``ModelError``.
    """

    def __init__(
        self, settings: Settings, model: Any, prompt: Prompt, hits: tuple[Hit, ...], language: str
    ) -> None:
        self.hits = hits
        self._settings = settings
        self._model = model
        self._prompt = prompt
        self._language = language
        self._text: str | None = None
        self._reason: str | None = None
        self._read_tokens: int | None = None

    def __iter__(self) -> Iterator[str]:
        showable = Showable(self._settings.llm_api_key)
        pieces: list[str] = []
        for piece in self._pieces():
            pieces.append(piece)
            if shown := showable.add(piece):
                yield shown
        self._text = "".join(pieces)
        if shown := showable.rest():
            yield shown

    def text(self) -> str:
        """The cleaned text, without the key. Raises ``ModelError`` also when there is nothing readable."""
        if self._text is None:
            for _ in self:
                pass
        assert self._text is not None
        if self._reason in _FILTERED:
            raise failures.filtered()
        if self._reason is not None and self._reason not in _WHOLE | _CUT:
            raise failures.stopped(self._reason)
        if not is_legible(self._text):
            raise failures.illegible()
        text = clean(self._text).strip()
        if self._settings.llm_api_key:
            text = text.replace(self._settings.llm_api_key, "***")
        if self.was_cut:
            text = whole_sentences(text)
            if not text:
                raise failures.cut_short()
        if not is_legible(text):
            raise failures.illegible()
        return text

    def draft(self) -> Draft:
        """The text as sentences with markers. Raises ``ModelError``."""
        sentences = tuple(split(self.text()))
        if not sentences:
            raise failures.illegible()
        return Draft("llm", sentences, model=self._settings.llm, notice=self.notice)

    @property
    def was_cut(self) -> bool:
        """Whether the text ended at a limit of length instead of at its end."""
        return self._reason in _CUT

    def _pieces(self) -> Iterator[str]:
        """The raw words. Every failure is a ``ModelError``; time is limited."""
        settings = self._settings
        silence = min(settings.llm_read_timeout_s, settings.llm_timeout_s)
        try:
            stream = self._model.astream(list(self._prompt))
            for chunk in within(stream, settings.llm_timeout_s, silence):
                self._note(chunk)
                if text := str(chunk.text):
                    yield text
        except TooSlow as slow:
            raise (
                failures.silent(silence) if slow.silent else failures.late(settings.llm_timeout_s)
            ) from None
        except (ModelError, SettingError):
            raise
        except Exception as error:  # every provider package has an error tree of its own
            raise failures.explained(error, settings) from None

    def _note(self, chunk: Any) -> None:
        """Why the stream ends, and how much of the prompt was read: the last chunks tell."""
        facts = getattr(chunk, "response_metadata", None) or {}
        reason = facts.get("finish_reason") or facts.get("stop_reason") or facts.get("done_reason")
        if reason:
            self._reason = str(reason).lower()
        usage = getattr(chunk, "usage_metadata", None) or {}
        if usage.get("input_tokens"):
            self._read_tokens = int(usage["input_tokens"])

    @property
    def notice(self) -> str | None:
        """A line for the reader when the reply was cut or the passages were not read whole."""
        english = self._language == "en"
        told = []
        if self.was_cut:
            told.append(
                "The model's answer reached the length limit; only its whole sentences are kept."
                if english
                else "模型的回答到了长度上限，只保留其中完整的句子。"
            )
        sent = sum(len(content) for _, content in self._prompt)
        if self._read_tokens is not None and not english and self._read_tokens < FEWEST_TOKENS * sent:
            told.append(
                f"模型只读入了约 {self._read_tokens} 个词元，资料可能被截断：请调大模型服务的上下文窗口，"
                "或调小 DANGWU_LLM_CONTEXT_CHARS。"
            )
        return "".join(told) or None


class ChatGenerator:
    """Writes drafts with the chat model that the settings name. The model is made on first use.

    Raises ``SettingError`` at once when the setting is malformed or its package is not installed.
    """

    def __init__(self, settings: Settings) -> None:
        check_spec(settings)
        self._settings = settings
        self._made: Any = None

    @property
    def name(self) -> str:
        """``provider:model`` as set."""
        return self._settings.llm

    def reply(self, question: str, hits: Sequence[Hit], language: str, rules: str | None = None) -> Reply:
        """What the model says to a question with these hits; nothing is sent before the reply is read.

        ``rules`` take the place of those for answers.
        """
        limit = self._settings.llm_context_chars
        prompt = messages(question, hits, language, limit, rules)
        return Reply(self._settings, _Lazy(self), prompt, used_hits(hits, limit), language)

    def complete(self, prompt: Prompt, timeout_s: float) -> str:
        """The reply to ``(role, content)`` pairs as plain text. Raises ``ModelError``, at the latest after ``timeout_s``."""
        settings = replace(self._settings, llm_timeout_s=min(timeout_s, self._settings.llm_timeout_s))
        return Reply(settings, _Lazy(self), prompt, (), "zh").text()

    def ping(self) -> str:
        """A few words from the endpoint, to see that it works. Raises ``ModelError`` and ``SettingError``."""
        return self.complete((("human", "请只回答四个字：一切正常"),), self._settings.llm_timeout_s)

    def _model(self) -> Any:
        if self._made is None:
            self._made = make_chat_model(self._settings)
        return self._made


class _Lazy:
    """Makes the model when it is first asked: its packages take a second to import."""

    def __init__(self, generator: ChatGenerator) -> None:
        self._generator = generator

    def astream(self, prompt: list[tuple[str, str]]) -> AsyncIterator[Any]:
        stream: AsyncIterator[Any] = self._generator._model().astream(prompt)
        return stream


def check_spec(settings: Settings) -> tuple[str, str]:
    """``(provider, model)`` of the setting. Raises ``SettingError`` when it is malformed or the provider's package is missing."""
    provider, _, model = settings.llm.partition(":")
    if not provider or not model:
        raise SettingError(
            f"DANGWU_LLM 的值“{settings.llm}”不完整，应写成 提供方:模型名，例如 openai:deepseek-chat 或 ollama:qwen3:8b。",
            f"DANGWU_LLM={settings.llm!r} is incomplete; write provider:model, such as openai:deepseek-chat or ollama:qwen3:8b.",
        )
    if provider in COMPATIBLE:
        return provider, model
    package = PACKAGES.get(provider)
    if package is None:
        known = "、".join([*COMPATIBLE, *PACKAGES])
        raise SettingError(
            f"DANGWU_LLM 的提供方“{provider}”不认识。可用的有：{known}；凡兼容 OpenAI 接口的服务都写 openai:模型名，"
            "并设置 DANGWU_LLM_BASE_URL。",
            f"DANGWU_LLM names an unknown provider {provider!r}. Known: {', '.join([*COMPATIBLE, *PACKAGES])}; "
            "for any OpenAI-compatible service write openai:MODEL and set DANGWU_LLM_BASE_URL.",
        )
    if importlib.util.find_spec(package.replace("-", "_")) is None:
        raise SettingError(
            f"提供方“{provider}”需要另装一个包：pip install {package}。",
            f"The provider {provider!r} needs one more package: pip install {package}.",
        )
    return provider, model


def make_chat_model(settings: Settings) -> Any:
    """LangChain's chat model for ``settings.llm``. Raises ``SettingError``."""
    provider, model = check_spec(settings)
    import httpx
    from langchain.chat_models import init_chat_model

    silence = min(settings.llm_read_timeout_s, settings.llm_timeout_s)
    timeout = httpx.Timeout(silence, connect=min(CONNECT_TIMEOUT_S, silence))
    try:
        if provider in COMPATIBLE:
            options = _compatible(settings, provider, model)
            return init_chat_model(model, model_provider="openai", timeout=timeout, max_retries=0, **options)
        options = {"temperature": 0, "timeout": silence, "max_tokens": settings.llm_max_tokens}
        if settings.llm_api_key:
            options["api_key"] = settings.llm_api_key
        if settings.llm_base_url:
            options["base_url"] = settings.llm_base_url
        return init_chat_model(model, model_provider=provider, max_retries=0, **options)
    except (ImportError, ValueError, TypeError) as error:
        said = failures.without_secrets(str(error), settings)
        raise SettingError(
            f"无法使用模型“{settings.llm}”：{said}", f"Cannot use the model {settings.llm!r}: {said}"
        ) from None


def _compatible(settings: Settings, provider: str, model: str) -> dict[str, Any]:
    """Options for an OpenAI-compatible endpoint. Address and key are always given: none is taken from the environment."""
    import httpx

    address = settings.llm_base_url or COMPATIBLE[provider]
    options: dict[str, Any] = {"base_url": address, "api_key": settings.llm_api_key or "none"}
    host = urlsplit(address).hostname or ""
    if host == urlsplit(OPENAI_URL).hostname:
        options["max_tokens"] = settings.llm_max_tokens
    else:
        # servers that only speak the older protocol ignore max_completion_tokens and run to the end of their context
        options["extra_body"] = {"max_tokens": settings.llm_max_tokens}
    if not _FIXED_TEMPERATURE.match(model):
        options["temperature"] = 0
    if host in LOOPBACK:
        # no proxy of the office network stands before this machine
        options["http_client"] = httpx.Client(trust_env=False)
        options["http_async_client"] = httpx.AsyncClient(trust_env=False)
    if provider == "ollama":
        options["stream_usage"] = True  # tells how much of the prompt fitted into its window
    return options
