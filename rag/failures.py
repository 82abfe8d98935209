"""Why a language model gave no answer, in words for the reader: every provider package has an error tree of its own."""

from __future__ import annotations

import logging
import re

from rag.config import Settings
from rag.errors import ModelError

log = logging.getLogger(__name__)

_FILTERED = re.compile(
    r"content[_ -]?filter|data_inspection|inappropriate content|content exists risk|high[_ ]risk|sensitive|\b1301\b|moderation|审核|审查|敏感",
    re.IGNORECASE,
)
_TOO_LONG = re.compile(
    r"context[_ ]length|maximum context|too many tokens|context window|超出.{0,8}长度|exceed", re.IGNORECASE
)
_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
LONGEST_SAID = 160


def filtered() -> ModelError:
    """The service refused for reasons of content."""
    return ModelError(
        "模型服务以内容审查为由没有作答。", "The model service declined because of its content filter."
    )


def late(seconds: float) -> ModelError:
    """The service was slower than the setting allows."""
    return ModelError(
        f"模型服务在 {seconds:g} 秒内没有答完（DANGWU_LLM_TIMEOUT_S 可以调长）。",
        f"The model service did not finish within {seconds:g} seconds (raise DANGWU_LLM_TIMEOUT_S).",
    )


def silent(seconds: float) -> ModelError:
    """The service sent nothing for too long."""
    return ModelError(
        f"模型服务 {seconds:g} 秒没有响应（DANGWU_LLM_READ_TIMEOUT_S 可以调长）。",
        f"The model service was silent for {seconds:g} seconds (raise DANGWU_LLM_READ_TIMEOUT_S).",
    )


def cut_short() -> ModelError:
    """The length limit was reached before the first sentence ended."""
    return ModelError(
        "模型的回答到了长度上限，还没有一个完整的句子（DANGWU_LLM_MAX_TOKENS 可以调大）。",
        "The model's answer reached the length limit before its first sentence ended (raise DANGWU_LLM_MAX_TOKENS).",
    )


def illegible() -> ModelError:
    """The service sent nothing, or nothing that can be read."""
    return ModelError("模型返回的内容为空或无法辨认。", "The model returned nothing readable.")


def stopped(reason: str) -> ModelError:
    """The service stopped for a reason of its own."""
    return ModelError(f"模型服务中途停止（{reason}）。", f"The model service stopped ({reason}).")


def explained(error: Exception, settings: Settings) -> ModelError:
    """What an exception of a provider package means. The message never holds the key nor a password in the address."""
    kind = type(error).__name__
    status = getattr(error, "status_code", None)
    said = without_secrets(str(getattr(error, "message", "") or error), settings)
    log.info("大模型没有作答 / language model failed: %s (status %s)", kind, status)
    if _FILTERED.search(said):
        return filtered()
    if "Timeout" in kind:
        return silent(min(settings.llm_read_timeout_s, settings.llm_timeout_s))
    if "Connect" in kind or "Connection" in kind or kind in ("RemoteProtocolError", "ReadError"):
        place = without_secrets(settings.llm_base_url or settings.llm, settings)
        return ModelError(
            f"连不上模型服务（{place}），或连接中断。请检查地址和网络。",
            f"The model service ({place}) cannot be reached, or the connection broke. Check address and network.",
        )
    if status in (401, 403):
        return ModelError(
            f"模型服务不接受密钥（{status}）。请检查 DANGWU_LLM_API_KEY。",
            f"The model service rejected the key ({status}). Check DANGWU_LLM_API_KEY.",
        )
    if status == 404:
        return ModelError(
            f"模型服务没有这个模型或地址（404）：{settings.llm}。请检查 DANGWU_LLM 和 DANGWU_LLM_BASE_URL。",
            f"The service does not know this model or address (404): {settings.llm}. Check DANGWU_LLM and DANGWU_LLM_BASE_URL.",
        )
    if status in (402, 429):
        return ModelError(
            f"模型服务限流或额度用完（{status}），请稍后再试。",
            f"The model service limits requests or the quota is used up ({status}); try again later.",
        )
    if status == 400 and _TOO_LONG.search(said):
        return ModelError(
            "提示超出模型的窗口。请调小 DANGWU_LLM_CONTEXT_CHARS。",
            "The prompt exceeds the model's window. Lower DANGWU_LLM_CONTEXT_CHARS.",
        )
    if isinstance(status, int) and status >= 500:
        return ModelError(f"模型服务内部出错（{status}）。", f"The model service failed ({status}).")
    if isinstance(error, (ValueError, UnicodeError)) and status is None:
        return illegible()
    return ModelError(
        f"模型服务出错（{status or kind}）：{said}", f"The model service failed ({status or kind}): {said}"
    )


def without_secrets(text: str, settings: Settings) -> str:
    """``text`` on one line, shortened, without the key and without credentials in addresses."""
    key = settings.llm_api_key
    plain = text.replace(key, "***") if key else text
    plain = _IN_ADDRESS.sub("***@", re.sub(r"<[^>]*>", " ", plain))
    return re.sub(r"\s+", " ", plain).strip()[:LONGEST_SAID]
