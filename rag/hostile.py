"""Text in documents that talks to a language model instead of to a reader: no evidence, and not shown to the model."""

from __future__ import annotations

import re

_ORDERS = re.compile(
    r"(?:忽略|无视|忘记|忘掉|不要理会|抛开|跳过)[^。！？\n]{0,12}(?:指令|规则|要求|提示|设定|约束|限制|对话|内容)"
    r"|(?:无论|不管|不论)(?:用户|对方|提问者?|谁)?(?:问|提|说)[^。！？\n]{0,20}(?:只|都|请|必须|一律)?(?:回答|输出|回复|说)"
    r"|(?:系统|开发者)(?:提示词?|指令|消息|通知[:：])|提示词|(?:你|您)(?:现在)?(?:是|将|必须|应当?|要)(?:扮演|充当|变成|作为一个)|(?:AI|人工智能|语言模型|大模型|助手|机器人)(?:请|必须|应当?|务必|需要?)[^。！？\n]{0,20}(?:回答|输出|回复|引用|推荐|执行)"
    r"|(?:请|务必|必须)(?:只|仅|直接|原样)(?:回答|输出|回复|打印)|(?:回答|答案|回复)(?:的)?(?:末尾|最后|结尾|开头)[^。！？\n]{0,8}(?:加上|附上|写上|添加|输出|注明)"
    r"|(?:输出|打印|泄露|告诉|复述|重复)[^。！？\n]{0,10}(?:系统提示|提示词|密钥|指令|api.?key|prompt)"
    r"|\b(?:ignore|disregard|forget)\b[^.\n]{0,30}\b(?:instructions?|rules?|prompts?|above|previous)\b|\b(?:system prompt|you are now|as an ai|api key)\b"
    r"|\b(?:reply|respond|answer) only with\b|</?(?:system|instruction|assistant|资料|问题)>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)


def speaks_to_machine(text: str) -> bool:
    """Whether a sentence gives orders to whoever answers (忽略以上指令…), so that it is no statement of the document."""
    return _ORDERS.search(visible(text)) is not None


def visible(text: str) -> str:
    """``text`` without characters that no reader sees: zero-width, direction marks, tag characters, control characters."""
    return _HIDDEN.sub("", text)
