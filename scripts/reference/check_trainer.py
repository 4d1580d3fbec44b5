"""Trains the same LayoutLMv3 with the Hugging Face Trainer and with Galley, and compares what both log.

    python scripts/reference/check_trainer.py --seed 7 [--base]

Same DatasetDict, config, initial weights, seed; dropout 0. Compares the pages of every micro-batch, every row of
log_history (loss, grad_norm, learning_rate, epoch, step, evaluation metrics), the best checkpoint, and the final weights,
and loads Galley's trainer_state.json and model folder with transformers. Exits 1 beyond the tolerances.
Runs with transformers 5, and with 4 for the scenarios whose loss it takes as Galley does by default (a mean).
--base trains a model of base size for a few steps instead.
--golden FILE writes what the Trainer logs for a tiny text-only training that core/training/parity.test.ts repeats
without Python.
"""

import argparse
import json
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import datasets
import numpy as np
import torch
import transformers
from datasets import Dataset, DatasetDict, load_from_disk
from PIL import Image
from seqeval.metrics import f1_score
from sklearn.metrics import accuracy_score, precision_recall_fscore_support
from transformers import (
    LayoutLMv3Config,
    LayoutLMv3ForTokenClassification,
    LayoutLMv3ImageProcessor,
    LayoutLMv3Tokenizer,
    PrinterCallback,
    Trainer,
    TrainerState,
    TrainingArguments,
)

V5 = int(transformers.__version__.split(".")[0]) >= 5
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NODE = ROOT / "node_modules/.bin/node"
LABELS = ["O", "TITLE", "INGREDIENT_LINE", "INSTRUCTION_STEP", "TIME", "TEMP", "SERVINGS"]
WORDS = "One cup of sugar Cream the butter and add eggs well beaten bake thirty minutes in moderate oven ½ ¾ Serves six — Crème brûlée 1896.".split()
TOLERANCE = {"loss": 1e-4, "grad_norm": 1e-4, "learning_rate": 1e-12, "epoch": 1e-12, "metric": 1e-9, "weights": 1e-4, "key_bias": 1e-1, "norm_of_torch": 1e-2}

SCENARIOS = {
    "epochs": dict(accumulation=1, epochs=3, batch=2),
    "accumulation, mean": dict(accumulation=3, epochs=3, batch=2, mean=True),
    "accumulation, sum as transformers 5": dict(accumulation=3, epochs=2, batch=2, mean=False),
    "steps, no clipping": dict(accumulation=1, epochs=2, batch=3, eval_steps=4, save_steps=4, clip=0.0),
    "max_steps in mid-epoch": dict(accumulation=2, epochs=9, batch=2, max_steps=5),
    "fifty-six steps": dict(accumulation=1, epochs=8, batch=2),
    "fifty steps, accumulation 3": dict(accumulation=3, epochs=17, batch=2, max_steps=50),
}
# The own rules of transformers 4: warm-up by ratio, a group's micro-batches averaged, losses logged to four digits.
SCENARIOS_OF_4 = ["epochs", "accumulation, mean", "max_steps in mid-epoch"]
BASE = dict(accumulation=2, epochs=9, batch=1, max_steps=6, eval_steps=6, save_steps=6, rate=5e-5, pages=8, held=1)
ROBERTA = ROOT.parent / "shared/data/tokenizers/layoutlmv3-v4"


def make_data(folder, rng, pages=13, held=7, side=70):
    """A DatasetDict as the specification has it, with small images, one of them grey."""

    def page(number):
        words = [rng.choice(WORDS) for _ in range(rng.randrange(5, 60))]
        boxes = []
        for _ in words:
            x, y = rng.randrange(0, 900), rng.randrange(0, 950)
            boxes.append([x, y, x + rng.randrange(0, 101), y + rng.randrange(0, 51)])
        labels = [(WORDS.index(w) * 3 + (b[1] > 500)) % len(LABELS) for w, b in zip(words, boxes)]
        path = folder / "images" / f"{number}.png"
        path.parent.mkdir(exist_ok=True, parents=True)
        pixels = np.random.default_rng(number).integers(0, 256, (side + 20, side, 3), dtype=np.uint8)
        image = Image.fromarray(pixels)
        (image.convert("L") if number % 3 == 0 else image).save(path)
        return dict(image_path=str(path), words=words, bboxes=boxes, labels=labels, width=side, height=side + 20, page_num=number)

    splits = {"train": [page(n) for n in range(pages)], "validation": [page(100 + n) for n in range(held)]}
    dataset = DatasetDict({k: Dataset.from_list(v) for k, v in splits.items()})
    dataset.save_to_disk(folder / "data" / "dataset_dict")
    label_map = {"label2id": {n: i for i, n in enumerate(LABELS)}, "id2label": {str(i): n for i, n in enumerate(LABELS)}}
    for place in [folder / "data", folder / "data" / "dataset_dict"]:
        (place / "label_map.json").write_text(json.dumps(label_map))
    return load_from_disk(folder / "data" / "dataset_dict")


def make_model(folder, seed, base):
    torch.manual_seed(seed)
    tiny = dict(
        vocab_size=6000, hidden_size=48, num_hidden_layers=2, num_attention_heads=3, intermediate_size=64,
        max_position_embeddings=160, coordinate_size=8, shape_size=8, input_size=48, patch_size=16,
    )
    config = LayoutLMv3Config(
        **(dict(max_position_embeddings=514) if base else tiny), type_vocab_size=1, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        id2label=dict(enumerate(LABELS)), label2id={n: i for i, n in enumerate(LABELS)},
        pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    model = LayoutLMv3ForTokenClassification(config)
    with torch.no_grad():
        # Away from the zeros and the tiny values of a fresh model, so that rounding is not amplified by LayerNorm.
        for name, p in model.named_parameters():
            p.add_(torch.randn_like(p) * (0.02 if base else 0.1))
    model.save_pretrained(folder)
    source = ROBERTA if base and ROBERTA.exists() else ROOT / "configs/models/galley-nano"
    for name in ["tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "special_tokens_map.json"]:
        if (source / name).exists():
            shutil.copy(source / name, folder / name)


def encode(dataset, tokenizer, processor, max_length):
    def features(row):
        enc = tokenizer(row["words"], boxes=row["bboxes"], word_labels=row["labels"], truncation=True, max_length=max_length)
        image = Image.open(row["image_path"]).convert("RGB")
        pixels = processor(image, return_tensors="np")["pixel_values"][0]
        return dict(
            input_ids=enc["input_ids"], bbox=enc["bbox"], labels=enc["labels"], pixel_values=pixels, page_num=row["page_num"]
        )

    return [features(row) for row in dataset]


def collate(rows):
    longest = max(len(r["input_ids"]) for r in rows)
    pad = lambda r, key, value: r[key] + [value] * (longest - len(r[key]))
    return dict(
        input_ids=torch.tensor([pad(r, "input_ids", 1) for r in rows]),
        attention_mask=torch.tensor([[1] * len(r["input_ids"]) + [0] * (longest - len(r["input_ids"])) for r in rows]),
        bbox=torch.tensor([pad(r, "bbox", [0, 0, 0, 0]) for r in rows]),
        labels=torch.tensor([pad(r, "labels", -100) for r in rows]),
        **({"page_num": torch.tensor([r["page_num"] for r in rows])} if "page_num" in rows[0] else {}),
        **({"pixel_values": torch.tensor(np.stack([r["pixel_values"] for r in rows]))} if "pixel_values" in rows[0] else {}),
    )


def compute_metrics(prediction):
    logits, labels = prediction
    predicted = logits.argmax(-1)
    name = lambda i: "O" if LABELS[i] == "O" else f"I-{LABELS[i]}"
    rows = [([p for p, l in zip(ps, ls) if l != -100], [l for l in ls if l != -100]) for ps, ls in zip(predicted, labels)]
    flat_p, flat_l = sum((r[0] for r in rows), []), sum((r[1] for r in rows), [])
    scored = [i for i in range(1, len(LABELS)) if i in flat_l]
    macro = precision_recall_fscore_support(flat_l, flat_p, labels=scored, average="macro", zero_division=0)[2]
    entity = f1_score([[name(l) for l in r[1]] for r in rows], [[name(p) for p in r[0]] for r in rows], zero_division=0)
    return dict(macro_f1=float(macro), accuracy=float(accuracy_score(flat_l, flat_p)), entity_f1=float(entity))


exact_norms = []
clip_in_float32 = torch.nn.utils.clip_grad_norm_


def clip_and_note(parameters, *args, **options):
    """torch sums squares in float32, which loses up to 1e-4 of the norm at base size; the norm is kept in float64 too."""
    parameters = list(parameters)
    exact_norms.append(math.sqrt(sum(float(p.grad.double().square().sum()) for p in parameters if p.grad is not None)))
    return clip_in_float32(parameters, *args, **options)


torch.nn.utils.clip_grad_norm_ = clip_and_note


class NotingTrainer(Trainer):
    """Writes down the pages of every micro-batch as it is trained on."""

    def training_step(self, model, inputs, *args, **options):
        pages = inputs.pop("page_num", None)
        if pages is not None:
            self.seen = [*getattr(self, "seen", []), pages.tolist()]
        return super().training_step(model, inputs, *args, **options)

    def prediction_step(self, model, inputs, *args, **options):
        inputs.pop("page_num", None)
        return super().prediction_step(model, inputs, *args, **options)


class MeanTrainer(NotingTrainer):
    """Divides by the length of the group, as transformers 4 did and as is right for a model that takes the mean."""

    loss_is_scaled_for_ga = False


def run_transformers(folder, init, train, held, s):
    shutil.rmtree(folder, ignore_errors=True)
    by_steps = "eval_steps" in s
    args = TrainingArguments(
        output_dir=str(folder), per_device_train_batch_size=s["batch"], per_device_eval_batch_size=2,
        gradient_accumulation_steps=s["accumulation"], num_train_epochs=s["epochs"], max_steps=s.get("max_steps", -1),
        learning_rate=s.get("rate", 1e-3), weight_decay=0.01, max_grad_norm=s.get("clip", 1.0), seed=s["seed"],
        **(dict(warmup_steps=0.1) if V5 else dict(warmup_ratio=0.1)),
        logging_steps=1, eval_strategy="steps" if by_steps else "epoch", save_strategy="steps" if by_steps else "epoch",
        eval_steps=s.get("eval_steps"), save_steps=s.get("save_steps", 500), load_best_model_at_end=True,
        metric_for_best_model="macro_f1", greater_is_better=True, use_cpu=True, report_to="none", disable_tqdm=True,
        remove_unused_columns=False,
    )
    model = LayoutLMv3ForTokenClassification.from_pretrained(init)
    trainer = (MeanTrainer if V5 and s.get("mean", True) else NotingTrainer)(
        model=model, args=args, train_dataset=train, eval_dataset=held, data_collator=collate, compute_metrics=compute_metrics
    )
    trainer.remove_callback(PrinterCallback)
    exact_norms.clear()
    trainer.train()
    # Without clipping the Trainer has no norm taken this way.
    trainer.exact_norms = list(exact_norms) if len(exact_norms) == trainer.state.global_step else []
    return trainer


def run_galley(folder, init, data, s):
    options = dict(
        highconf_dataset_dir=str(data), full_dataset_dir=str(data), output_dir=str(folder), reports_dir=str(folder / "reports"),
        model=str(init), batch_size=s["batch"], eval_batch_size=2, gradient_accumulation_steps=s["accumulation"],
        accumulation_loss="mean" if s.get("mean", True) else "sum", num_train_epochs_stageA=s["epochs"],
        max_steps=s.get("max_steps", -1), learning_rate=s.get("rate", 1e-3), warmup_ratio=0.1, weight_decay=0.01,
        max_grad_norm=s.get("clip", 1.0), seed=s["seed"], max_length=158, relative_bias="frozen", logging_steps=1,
        save_total_limit=100, overwrite=True, device="cpu",
        **{k: s[k] for k in ["eval_steps", "save_steps"] if k in s},
    )
    spec = folder / "spec.json"
    folder.mkdir(parents=True, exist_ok=True)
    spec.write_text(json.dumps(dict(stage="highconf", options=options)))
    env = {**os.environ, "PATH": f"{NODE.parent}:{os.environ['PATH']}"}
    run = subprocess.run([NODE, HERE / "run-training.ts", spec], capture_output=True, text=True, env=env)
    if run.returncode != 0:
        sys.exit(f"galley failed: {run.stderr}")
    return json.loads(run.stdout.strip().split("\n")[-1])


def compare(name, trainer, galley):
    """Worst errors by kind; raises where rows do not correspond."""
    ours, theirs = galley["log_history"], trainer.state.log_history
    worst = {}
    if galley["batches"] != trainer.seen:
        at = next(i for i, (a, b) in enumerate(zip([*galley["batches"], None], [*trainer.seen, None])) if a != b)
        raise SystemExit(f"{name}: micro-batch {at}: pages {galley['batches'][at:][:1]}, transformers has {trainer.seen[at:][:1]}")

    def note(kind, error):
        worst[kind] = max(worst.get(kind, 0.0), error)

    timed = ("runtime", "per_second", "total_flos", "model_preparation_time")
    clean = lambda row: {k: v for k, v in row.items() if not k.endswith(timed)}
    if len(ours) != len(theirs):
        raise SystemExit(f"{name}: {len(ours)} rows of log, transformers has {len(theirs)}")
    for a, b in zip(map(clean, ours), map(clean, theirs)):
        if set(a) != set(b) or a["step"] != b["step"]:
            raise SystemExit(f"{name}: rows do not correspond:\n  {a}\n  {b}")
        for key, value in b.items():
            error = abs(a[key] - value)
            if not V5 and key == "loss":
                # Rounded to four digits there.
                error = min(error, max(0.0, error - 0.5e-4))
            if key == "grad_norm" and trainer.exact_norms:
                exact = trainer.exact_norms[b["step"] - 1]
                note("norm_of_torch", abs(value / exact - 1))
                error, value = abs(a[key] - exact), exact
            if key in ("loss", "eval_loss", "train_loss", "grad_norm"):
                note("grad_norm" if key == "grad_norm" else "loss", error / max(abs(value), 1e-12))
            elif key in ("learning_rate", "epoch"):
                note(key, error)
            elif key.startswith("eval_"):
                note("metric", error)
    best = (trainer.state.best_global_step, os.path.basename(trainer.state.best_model_checkpoint))
    state = TrainerState.load_from_json(os.path.join(galley["folder"], "trainer_state.json"))
    if best != (state.best_global_step, os.path.basename(state.best_model_checkpoint)):
        raise SystemExit(f"{name}: best {state.best_global_step}, transformers has {best}")
    trained, info = LayoutLMv3ForTokenClassification.from_pretrained(galley["folder"], output_loading_info=True)
    if any(info[k] for k in ("missing_keys", "unexpected_keys", "mismatched_keys")):
        raise SystemExit(f"{name}: transformers does not take the model folder as it is: {info}")
    mine = dict(trained.named_parameters())
    for key, value in trainer.model.named_parameters():
        # The softmax does not see a shift of all its scores, so the gradient of the key's bias is rounding noise, which
        # AdamW scales up to steps of full size: both libraries move it at random.
        kind = "key_bias" if key.endswith("attention.self.key.bias") else "weights"
        note(kind, ((mine[key] - value).norm() / value.norm()).item())
    return worst, len(trainer.seen)


def golden_weights(model):
    """Weights anybody can compute: no file needs to carry them."""
    with torch.no_grad():
        for index, (name, p) in enumerate(model.named_parameters()):
            values = 0.1 * np.sin(1.7 * np.arange(p.numel()) + index)
            if name.endswith("norm.weight") or name.endswith("LayerNorm.weight"):
                values = values + 1
            p.copy_(torch.tensor(values.astype(np.float32)).view_as(p))


def write_golden(path, folder):
    """Windows, settings and the Trainer's log of a training small enough to commit."""
    config = dict(
        vocab_size=40, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
        max_position_embeddings=30, type_vocab_size=1, coordinate_size=4, shape_size=4, visual_embed=False,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, id2label=dict(enumerate(LABELS)),
        label2id={n: i for i, n in enumerate(LABELS)}, pad_token_id=1, bos_token_id=0, eos_token_id=2,
    )
    model = LayoutLMv3ForTokenClassification(LayoutLMv3Config(**config))
    golden_weights(model)
    model.save_pretrained(folder / "golden")
    rng = random.Random(3)

    def window():
        n = rng.randrange(3, 24)
        ids = [0] + [rng.randrange(5, 40) for _ in range(n)] + [2]
        boxes = [[0] * 4] + [[x, y, x + rng.randrange(100), y + rng.randrange(100)] for x, y in
                             ((rng.randrange(900), rng.randrange(900)) for _ in range(n))] + [[0] * 4]
        labels = [-100] + [i % 7 if rng.random() < 0.9 else -100 for i in ids[1:-1]] + [-100]
        return dict(input_ids=ids, bbox=boxes, labels=labels)

    train, held = [window() for _ in range(11)], [window() for _ in range(5)]
    strip = lambda rows: [{k: v for k, v in row.items() if k != "pixel_values"} for row in rows]
    runs = []
    for s in [dict(accumulation=3, epochs=3, batch=2), dict(accumulation=1, epochs=2, batch=3, eval_steps=4, save_steps=4)]:
        s = {**s, "seed": 42}
        trainer = run_transformers(folder / "hf", folder / "golden", train, held, s)
        timed = ("runtime", "per_second", "total_flos", "model_preparation_time")
        rows = [{k: v for k, v in row.items() if not k.endswith(timed)} for row in trainer.state.log_history]
        sums = {n: p.double().sum().item() for n, p in trainer.model.named_parameters()}
        runs.append(dict(settings=s, best_step=trainer.state.best_global_step, log_history=rows, sums=sums))
    versions = {"torch": torch.__version__, "transformers": transformers.__version__}
    config["id2label"] = {str(k): v for k, v in config["id2label"].items()}
    path.write_text(json.dumps(dict(versions=versions, config=config, train=strip(train), held=strip(held), runs=runs)) + "\n")


def main():
    transformers.utils.logging.disable_progress_bar()
    datasets.disable_progress_bars()
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--base", action="store_true", help="a few steps at base size")
    parser.add_argument("--keep", type=Path, help="work in this folder and leave it")
    parser.add_argument("--golden", type=Path, help="write the golden file of the ordinary tests, and stop")
    arguments = parser.parse_args()
    folder = arguments.keep or Path(tempfile.mkdtemp(prefix="galley-trainer-"))
    folder.mkdir(exist_ok=True, parents=True)
    if arguments.golden:
        return write_golden(arguments.golden, folder)
    rng = random.Random(arguments.seed)
    size = dict(pages=BASE["pages"], held=BASE["held"], side=400) if arguments.base else {}
    dataset = make_data(folder, rng, **size)
    init = folder / "init"
    make_model(init, arguments.seed, arguments.base)
    tokenizer = LayoutLMv3Tokenizer.from_pretrained(init)
    try:
        from transformers import LayoutLMv3ImageProcessorPil as Processor
    except ImportError:
        Processor = LayoutLMv3ImageProcessor
    side = 224 if arguments.base else 48
    processor = Processor(apply_ocr=False, size=dict(height=side, width=side))
    train, held = (encode(dataset[k], tokenizer, processor, 158) for k in ("train", "validation"))
    failed = False
    scenarios = SCENARIOS if V5 else {name: SCENARIOS[name] for name in SCENARIOS_OF_4}
    for name, scenario in ({"base size": BASE} if arguments.base else scenarios).items():
        s = {**scenario, "seed": arguments.seed}
        trainer = run_transformers(folder / "hf", init, train, held, s)
        # A model of base size and its moments are 2 GB that Galley's process may need.
        trainer.optimizer = trainer.lr_scheduler = None
        trainer.model.zero_grad(set_to_none=True)
        shutil.rmtree(folder / "hf", ignore_errors=True)
        galley = run_galley(folder / "galley", init, folder / "data", s)
        worst, batches = compare(name, trainer, galley)
        bad = [k for k, v in worst.items() if not v <= TOLERANCE[k]]
        failed |= bool(bad)
        measured = ", ".join(f"{k} {v:.1e}" for k, v in worst.items())
        print(f"{'FAIL' if bad else 'ok  '} {name}, transformers {transformers.__version__}: {measured}; {batches} micro-batches in the same order", flush=True)
    if not arguments.keep:
        shutil.rmtree(folder)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
