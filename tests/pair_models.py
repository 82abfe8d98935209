"""Real cross-encoders with weights set by hand, small enough to be made in a test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

SURE = 10_000.0  # so that one word among hundreds decides


def save_pair_model(
    folder: Path,
    words: Mapping[str, int],
    heads: Sequence[Sequence[float]],
    bias: Sequence[float],
    **config: object,
) -> Path:
    """A model that sees how large a share of a pair each of ``words`` is: at most three, told apart by dimension 0, 2, 3.

    ``heads`` are what each label makes of the four dimensions; dimension 1 is that of all other words. Its configuration
    asks for bare logits, as that of many public ones does.
    """
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    vocabulary = {token: number for number, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *words])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", continuing_subword_prefix=""))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("[A-Za-z]+|."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(folder)
    shape = {
        "vocab_size": len(vocabulary),
        "hidden_size": 4,
        "intermediate_size": 4,
        "max_position_embeddings": 512,
    }
    model = BertForSequenceClassification(
        BertConfig(
            **shape,
            num_hidden_layers=1,
            num_attention_heads=1,
            sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},
            **{"num_labels": len(heads), **config},
        )
    )
    layer = model.bert.encoder.layer[0]
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.zero_()
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):
                module.weight.fill_(1)
        embedded = model.bert.embeddings.word_embeddings.weight
        embedded[:, 1] = 1
        for word, dimension in words.items():
            embedded[vocabulary[word]] = torch.eye(4)[dimension]
        for straight in (layer.attention.self.value, layer.attention.output.dense, model.bert.pooler.dense):
            straight.weight.copy_(torch.eye(4))
        model.classifier.weight.copy_(torch.tensor(heads))
        model.classifier.bias.copy_(torch.tensor(bias))
    model.save_pretrained(folder)
    return folder


_SEES: Mapping[str, tuple[Sequence[float], float]] = {
    "entailment": ((SURE, 0, 0, -SURE), 0),
    "contradiction": ((0, 0, SURE, -SURE), 0),
    "neutral": ((0, 0, 0, 0), 5),
    "not_entailment": ((0, 0, 0, 0), 5),
}


def save_nli_model(folder: Path, labels: Sequence[str], follows: str = "确", against: str = "绝") -> Path:
    """An NLI model that finds a pair with ``follows`` or ``indeed`` entailed, one with ``against`` or ``not`` contradicted, any
    other neutral.

    ``labels`` are in the order of its outputs, written in any case.
    """
    seen = [_SEES[label.lower()] for label in labels]
    words = {follows: 0, "indeed": 0, against: 2, "not": 2}
    named = dict(enumerate(labels))
    return save_pair_model(
        folder, words, [row for row, _ in seen], [bias for _, bias in seen], id2label=named
    )
