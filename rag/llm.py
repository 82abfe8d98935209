"""Answers from a language model, through LangChain's chat models: any provider it knows, any OpenAI-compatible endpoint."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import Any

from rag import markers
from rag.config import Settings
from rag.datatypes import Draft, DraftSentence, Hit
from rag.errors import ModelError, SettingError
from rag.prompt import messages, used_hits
from rag.text import sentence_spans, tight

log = logging.getLogger(__name__)

_LINK = re.compile(r"!?\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)|<(?:https?|ftp)://[^>\s]*>|(?:https?|ftp)://[^\s，。；、）)】\]]+|<[^<>\n]{1,200}>")
_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_LEAD = re.compile(r"^[\s>]*(?:[-*•·]\s+|#{1,6}\s+|\d{1,2}[.．、)]\s*(?!\d)|[（(][一二三四五六七八九十\d]{1,2}[)）]\s*)*")


class ChatGenerator:
    """Writes drafts with the chat model that the settings name. The model is made on first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: Any = None

    @property
    def name(self) -> str:
        """``provider:model`` as set."""
        return self._settings.llm

    def generate(self, question: str, hits: Sequence[Hit], language: str) -> Draft:
        """The whole draft at once. Raises ``ModelError``."""
        return self.draft("".join(self.stream(question, hits, language)))

    def stream(self, question: str, hits: Sequence[Hit], language: str) -> Iterator[str]:
        """Pieces of the unchecked text as they come. Raises ``ModelError`` for every way an endpoint can fail."""
        prompt = messages(question, hits, language, self._settings.llm_context_chars)
        try:
            for piece in self._chat().stream(list(prompt)):
                self._refuse_filtered(piece)
                text = piece.text if isinstance(piece.text, str) else str(piece.text())
                if text:
                    yield text
        except (ModelError, SettingError):
            raise
        except Exception as error:  # every provider package has an error tree of its own
            raise self._failed(error) from error

    def draft(self, text: str) -> Draft:
        """Model text as a draft. Raises ``ModelError`` when there is no readable text in it."""
        cleaned = clean(text)
        if len(tight(markers.strip(cleaned))) < 2 or "\ufffd" in cleaned:
            raise ModelError("模型返回的内容为空或无法辨认。", "The model returned nothing readable.")
        return Draft("llm", tuple(split(cleaned)), model=self.name)

    def numbered(self, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The hits that the prompt has room for: what the markers count."""
        return used_hits(hits, self._settings.llm_context_chars)

    def _chat(self) -> Any:
        if self._model is None:
            self._model = make_chat_model(self._settings)
        return self._model

    def _refuse_filtered(self, piece: Any) -> None:
        reason = (getattr(piece, "response_metadata", None) or {}).get("finish_reason")
        if reason == "content_filter":
            raise ModelError("模型服务以内容审查为由没有作答。", "The model service declined because of its content filter.")

    def _failed(self, error: Exception) -> ModelError:
        kind = type(error).__name__
        log.warning("language model failed: %s", kind)
        said = self._without_key(str(error))[:200]
        if "Timeout" in kind:
            limit = self._settings.llm_timeout_s
            return ModelError(f"模型服务在 {limit:g} 秒内没有回答。", f"The model service gave no answer within {limit:g} seconds.")
        if "Connection" in kind or "Connect" in kind:
            return ModelError(
                f"连不上模型服务（{self._settings.llm_base_url or self.name}）。请检查地址和网络。",
                f"The model service ({self._settings.llm_base_url or self.name}) cannot be reached. Check address and network.",
            )
        if "Authentication" in kind or "PermissionDenied" in kind:
            return ModelError("模型服务不接受密钥。请检查 DANGWU_LLM_API_KEY。", "The model service rejected the key. Check DANGWU_LLM_API_KEY.")
        return ModelError(f"模型服务出错（{kind}）：{said}", f"The model service failed ({kind}): {said}")

    def _without_key(self, text: str) -> str:
        key = self._settings.llm_api_key
        return text.replace(key, "***") if key else text


def make_chat_model(settings: Settings) -> Any:
    """LangChain's chat model for ``settings.llm``. Raises ``SettingError`` for a spec it cannot read."""
    provider, _, model = settings.llm.partition(":")
    if not provider or not model:
        raise SettingError(
            f"DANGWU_LLM 的值“{settings.llm}”不完整，应写成 提供方:模型名，例如 openai:deepseek-chat。",
            f"DANGWU_LLM={settings.llm!r} is incomplete; write provider:model, for example openai:deepseek-chat.",
        )
    from langchain.chat_models import init_chat_model

    options: dict[str, Any] = {"temperature": 0, "timeout": settings.llm_timeout_s, "max_retries": 0}
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if provider == "openai":
        # servers that only speak the older protocol ignore max_completion_tokens and run to the end of their context
        options["extra_body"] = {"max_tokens": settings.llm_max_tokens}
        options["api_key"] = settings.llm_api_key or "none"
    elif settings.llm_api_key:
        options["api_key"] = settings.llm_api_key
    try:
        return init_chat_model(model, model_provider=provider, **options)
    except ImportError as error:
        raise SettingError(
            f"提供方“{provider}”需要另装一个包：{error}", f"The provider {provider!r} needs one more package: {error}"
        ) from error
    except ValueError as error:
        raise SettingError(f"无法使用模型“{settings.llm}”：{error}", f"Cannot use the model {settings.llm!r}: {error}") from error


def clean(text: str) -> str:
    """Model text without its thinking, links, images and tags."""
    without = _THINKING.sub("", text)
    return _LINK.sub(lambda m: m.group(1) or "" if not _is_marker(m.group()) else m.group(), without).strip()


def _is_marker(text: str) -> bool:
    return bool(markers.numbers_in(text)) and "(" not in text


def split(text: str) -> Iterator[DraftSentence]:
    """The sentences of model text with the markers each carries; list signs and headings go to the lead."""
    lead = ""
    start = 0
    for line in text.splitlines(keepends=True):
        opening = _LEAD.match(line)
        body_at = opening.end() if opening else 0
        lead += line[:body_at]
        body = line[body_at:].rstrip("\n")
        for sentence in _with_markers(body):
            said = markers.strip(sentence).strip()
            if len(tight(said)) < 2:
                continue
            if said.startswith("**") and said.endswith("**") and not markers.numbers_in(sentence):
                lead += said
                continue
            yield DraftSentence(said, markers=markers.numbers_in(sentence), lead=lead)
            lead = ""
        lead += "\n" if line.endswith("\n") else ""
        start += len(line)


def _with_markers(line: str) -> Iterator[str]:
    """Sentences of one line; markers behind a full stop stay with their sentence."""
    position = 0
    for _, end in sentence_spans(line):
        if end <= position:
            continue
        stop = markers.trailing(line, end)
        yield line[position:stop]
        position = stop
    if line[position:].strip():
        yield line[position:]
