"""Trains transformers' LayoutLMv3 on the dataset `galley import` made of FUNSD; scripts/reference/funsd.ts calls it.

    python scripts/reference/funsd.py init FOLDER --config config.json --seed 1
    python scripts/reference/funsd.py train FOLDER --init INIT --dataset DATASET --epochs 10 --batch 4 --rate 1e-3 --seed 1

`init` writes random weights (transformers' own), which Galley then starts from too. `train` writes the model folder and
prints the seconds it took. Scores are not computed here: both models are scored by one program.
"""

import argparse
import json
import time
from pathlib import Path

import datasets
import torch
import transformers
from datasets import load_from_disk
from transformers import (
    LayoutLMv3Config,
    LayoutLMv3ForTokenClassification,
    LayoutLMv3Tokenizer,
    Trainer,
    TrainingArguments,
)
from transformers.trainer_callback import PrinterCallback


def encode(split, tokenizer, max_length):
    """Windows as Galley cuts them: a page longer than one goes on a quarter before the last one's end."""
    windows = []
    for row in split:
        enc = tokenizer(
            row["words"], boxes=row["bboxes"], word_labels=row["labels"], truncation=True, max_length=max_length,
            stride=max_length // 4, return_overflowing_tokens=True,
        )
        windows += [dict(input_ids=i, bbox=b, labels=l) for i, b, l in zip(enc["input_ids"], enc["bbox"], enc["labels"])]
    return windows


def collate(rows):
    longest = max(len(r["input_ids"]) for r in rows)
    pad = lambda r, key, value: list(r[key]) + [value] * (longest - len(r[key]))
    return dict(
        input_ids=torch.tensor([pad(r, "input_ids", 1) for r in rows]),
        attention_mask=torch.tensor([[1] * len(r["input_ids"]) + [0] * (longest - len(r["input_ids"])) for r in rows]),
        bbox=torch.tensor([pad(r, "bbox", [0, 0, 0, 0]) for r in rows]),
        labels=torch.tensor([pad(r, "labels", -100) for r in rows]),
    )


class MeanTrainer(Trainer):
    """Divides by the length of the group, as transformers 4 did and as is right for a model that takes the mean."""

    loss_is_scaled_for_ga = False


def init(a):
    torch.manual_seed(a.seed)
    config = LayoutLMv3Config.from_dict(json.loads(a.config.read_text()))
    LayoutLMv3ForTokenClassification(config).save_pretrained(a.folder)


def train(a):
    tokenizer = LayoutLMv3Tokenizer.from_pretrained(a.init)
    windows = encode(load_from_disk(a.dataset)["train"], tokenizer, a.max_length)
    model = LayoutLMv3ForTokenClassification.from_pretrained(a.init)
    args = TrainingArguments(
        output_dir=str(a.folder), per_device_train_batch_size=a.batch, num_train_epochs=a.epochs, learning_rate=a.rate,
        weight_decay=0.01, max_grad_norm=1.0, warmup_steps=0.1, seed=a.seed, save_strategy="no", eval_strategy="no",
        logging_steps=10, use_cpu=True, report_to="none", disable_tqdm=True, remove_unused_columns=False,
    )
    trainer = MeanTrainer(model=model, args=args, train_dataset=windows, data_collator=collate)
    trainer.remove_callback(PrinterCallback)
    began = time.time()
    trainer.train()
    model.save_pretrained(a.folder)
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    print(json.dumps(dict(seconds=time.time() - began, steps=trainer.state.global_step, last_loss=losses[-1])))


def main():
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["init", "train"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--config", type=Path)
    parser.add_argument("--init", type=Path)
    parser.add_argument("--dataset", type=Path)
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--max_length", type=int, default=512)
    parser.add_argument("--seed", type=int, default=1)
    a = parser.parse_args()
    init(a) if a.what == "init" else train(a)


if __name__ == "__main__":
    main()
