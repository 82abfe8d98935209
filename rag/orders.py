"""Parts of a question that give orders instead of asking: they are left out, and what is really asked is answered.

The rules know the forms of such orders (to ignore the rules, to reveal them, to make things up, to append a sentence, to
leave sources out), not their subjects. They protect the reader, not the program: nothing here can be reached by an order
anyway, since every sentence of an answer is checked against the documents. ``rag.hostile`` does the same for documents.
"""

from __future__ import annotations

import re

from rag.text import tight

_RULES = r"(?:指令|规则|要求|提示|设定|限制|资料|文档|材料|来源|上文|前文|instructions?|rules?|prompts?|documents?|sources?)"
_ORDER = re.compile(
    rf"(?:忽略|无视|忘掉|忘记|抛开|绕过|跳过|不(?:用|要|必)(?:再)?(?:管|看|查|理会|参考|依据|引用)|别(?:管|看|查|理会)).{{0,12}}{_RULES}"
    r"|(?:打印|输出|显示|复述|重复|说出|告诉我|透露|泄露|翻译).{0,10}(?:系统提示|提示词|system prompt|密钥|api.?key|口令|密码|你的(?:指令|规则|设定))"
    r"|(?:系统提示词|提示词(?:原文|内容)|你的(?:提示词|系统指令|密钥))"
    r"|(?:请|帮我|给我|你)?(?:编造|虚构|杜撰|捏造|伪造)|(?:请|帮我|给我|你来)编(?:一|几|个|出|些|写一段假)|看起来(?:真实|像真的)"
    r"|(?:只|仅|直接)(?:回答|回复|输出|说)[“\"「‘']|你现在是|(?:假装|扮演|假设)(?:你是|自己是|成)|进入.{0,6}模式|越狱"
    rf"|\b(?:ignore|disregard|forget|bypass)\b.{{0,40}}\b{_RULES}\b|\b(?:system prompt|api key)\b"
    r"|\b(?:make up|fabricate|invent)\b|\bpretend\b|\byou are now\b|\breply only with\b|\bjailbreak",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[，,；;。]?\s*(?:并且?|然后|同时|再|另外|最后)?(?:请|务必|一定要)?(?:在)?(?:回答|答案|文末|最后|结尾|末尾|开头)[^。！？!?]{0,6}"
    r"(?:加上|附上|写上|补上|加一句|加入|输出|说)[^。！？!?]*"
    r"|[,;]?\s*(?:and\s+)?(?:at the end|finally|then)[^.?!]{0,20}\b(?:add|append|print|write|say)\b[^.?!]*",
    re.IGNORECASE,
)
_PLEASANTRY = re.compile(
    r"(?:(?:[你您]|大家|早上|上午|中午|下午|晚上)好|早安?|晚安|[嗨嘿]|哈喽|在(?:吗|不在)|(?:多|非常)?(?:谢谢|感谢)(?:[你您]|你们|大家)?|多谢|辛苦了?"
    r"|不客气|再见|拜拜|好的?|知道了|明白了?|[嗯哦啊哈呵]+|[你您](?:是(?:谁|什么(?:人|模型)?|机器人)|叫(?:什么|啥)(?:名字)?|(?:能|会|可以)(?:做|干|回答)?(?:什么|啥|些什么|哪些事))"
    r"|hello|hi|hey|good (?:morning|afternoon|evening)|thanks?(?: you)?(?: very much)?|bye|goodbye|ok|okay"
    r"|who are you|what are you|what can you do)[了吗啊呀呢吧的么]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！!？?；;\n]*[。！!？?；;\n]?")


def says_nothing(text: str) -> bool:
    """Whether there is nothing in a text that documents could be asked: signs, a single character, words of courtesy, or a
    question to the assistant about itself.
    """
    if sum(map(str.isalnum, text)) < 2:
        return True
    pieces = [piece.strip() for piece in re.split(r"[^\w\s]+", text)]
    return all(_PLEASANTRY.fullmatch(piece) for piece in pieces if piece)


def real_question(text: str) -> str:
    """``text`` without its orders; the text itself when it holds none, empty when nothing else is left."""
    kept = [s for s in _SENTENCE.findall(_TAIL.sub("", text)) if s and not _ORDER.search(s)]
    rest = "".join(kept).strip()
    return rest if len(tight(rest)) > 1 else ""
