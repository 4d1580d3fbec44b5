"""PyTorch and transformers' side of a comparison: `python peer.py WORK OPTIONS`, same talk as galley.ts.

Everything runs eagerly, as the Hugging Face Trainer and pipelines do without further settings.
"""

import contextlib
import json
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def peak_bytes():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def torch_and_model(options):
    import torch
    from transformers import LayoutLMv3Config, LayoutLMv3ForTokenClassification

    torch.set_num_threads(options["threads"])
    torch.manual_seed(1)
    config = LayoutLMv3Config.from_pretrained(ROOT / options["model"])
    return torch, config, LayoutLMv3ForTokenClassification(config)


def random_batch(torch, config, batch, text):
    low = torch.randint(0, 500, (batch, text, 2))
    high = torch.randint(500, 1000, (batch, text, 2))
    size = config.input_size
    return dict(
        input_ids=torch.randint(4, config.vocab_size, (batch, text)),
        bbox=torch.cat([low, high], -1),
        attention_mask=torch.ones(batch, text, dtype=torch.long),
        pixel_values=torch.rand(batch, 3, size, size) * 2 - 1,
    )


def training_step(options):
    """What one step of the Trainer does: forward, backward, clipping, AdamW (fused, its default), zeroed gradients."""
    torch, config, model = torch_and_model(options)
    device = options.get("device", "cpu")
    batch = random_batch(torch, config, options["batch"], options["text"])
    labels = torch.randint(0, config.num_labels, (options["batch"], options["text"])).to(device)
    batch = {name: value.to(device) for name, value in batch.items()}
    model.to(device).train()
    if options.get("checkpointing"):
        model.gradient_checkpointing_enable()
    decay = [p for n, p in model.named_parameters() if p.requires_grad and "bias" not in n and "LayerNorm" not in n]
    rest = [p for n, p in model.named_parameters() if p.requires_grad and ("bias" in n or "LayerNorm" in n)]
    groups = [dict(params=decay, weight_decay=0.01), dict(params=rest, weight_decay=0.0)]
    optimizer = torch.optim.AdamW(groups, lr=1e-5, fused=True)
    half = dict(bfloat16=torch.bfloat16, float16=torch.float16).get(options.get("precision"))
    scaler = torch.amp.GradScaler(device, enabled=half == torch.float16)

    def run():
        cast = torch.autocast(device, dtype=half) if half else contextlib.nullcontext()
        with cast:
            loss = model(**batch, labels=labels).loss
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        scaler.step(optimizer)
        scaler.update()
        model.zero_grad()
        if device == "cuda":
            torch.cuda.synchronize()
            return dict(loss=float(loss), deviceBytes=torch.cuda.max_memory_allocated())
        return dict(loss=float(loss))

    for _ in range(2):
        run()
    return run, dict(parameters=sum(p.numel() for p in model.parameters()), torch=torch.__version__)


def predict_page(options):
    torch, config, model = torch_and_model(options)
    batch = random_batch(torch, config, options["batch"], options["text"])
    model.eval()
    half = options.get("precision") == "bfloat16"

    def run():
        cast = torch.autocast("cpu", dtype=torch.bfloat16) if half else contextlib.nullcontext()
        with torch.inference_mode(), cast:
            model(**batch)

    for _ in range(2):
        run()
    return run, dict(torch=torch.__version__)


def encode_pages(options):
    """Words and boxes to windows with the fast tokenizer, as the processor of transformers is called for it."""
    from transformers import AutoTokenizer

    pages = [json.loads(line) for line in open(options["pages"], encoding="utf8")]
    pages = [p for p in pages if p["words"]]
    folder = ROOT / options["tokenizer"]

    def run():
        tokenizer = AutoTokenizer.from_pretrained(folder)
        began, cpu = time.perf_counter(), time.process_time()
        tokens = 0
        for page in pages:
            found = tokenizer(
                page["words"],
                boxes=page["bboxes"],
                word_labels=[0] * len(page["words"]),
                truncation=True,
                max_length=512,
                stride=128,
                return_overflowing_tokens=True,
            )
            tokens += sum(len(ids) for ids in found["input_ids"])
        return dict(tokens=tokens, seconds=time.perf_counter() - began, cpu=time.process_time() - cpu)

    run()
    return run, dict(pages=len(pages))


def open_dataset(options):
    """load_from_disk and the first page, in a process that has done nothing of it before."""
    import datasets

    def run():
        began = time.perf_counter()
        page = datasets.load_from_disk(str(Path(options["folder"]) / "dataset_dict"))["train"][0]
        return dict(words=len(page["words"]), seconds=time.perf_counter() - began)

    return run, dict(datasets=datasets.__version__)


def predict_split(options):
    """A script that batches as well as it can: windows sorted by length, padded to the longest of their batch only."""
    import subprocess

    def run():
        subprocess.run([sys.executable, __file__, "predict-script", json.dumps(options)], check=True, stdout=subprocess.DEVNULL)

    return run, {}


def predict_script(options):
    import datasets
    import numpy as np
    import torch
    from PIL import Image
    from transformers import AutoTokenizer, LayoutLMv3ForTokenClassification

    torch.set_num_threads(options["threads"])
    tokenizer = AutoTokenizer.from_pretrained(options["model"])
    model = LayoutLMv3ForTokenClassification.from_pretrained(options["model"]).eval()
    size = model.config.input_size
    pages = datasets.load_from_disk(str(Path(options["dataset"]) / "dataset_dict"))["train"]
    windows = []
    for at, page in enumerate(pages):
        if not page["words"]:
            continue
        found = tokenizer(page["words"], boxes=page["bboxes"], truncation=True, max_length=512, stride=128, return_overflowing_tokens=True)
        for i, ids in enumerate(found["input_ids"]):
            windows.append((at, ids, found["bbox"][i], found.word_ids(i)))
    windows.sort(key=lambda w: -len(w[1]))
    answers = {}
    blank = np.full((size, size, 3), 255, np.uint8)
    for start in range(0, len(windows), 4):
        chunk = windows[start : start + 4]
        longest = len(chunk[0][1])
        ids = torch.full((len(chunk), longest), model.config.pad_token_id)
        boxes = torch.zeros((len(chunk), longest, 4), dtype=torch.long)
        mask = torch.zeros((len(chunk), longest), dtype=torch.long)
        pixels = []
        for row, (at, tokens, box, _) in enumerate(chunk):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            boxes[row, : len(tokens)] = torch.tensor(box)
            mask[row, : len(tokens)] = 1
            path = pages[at].get("image_path")
            image = Image.open(path).convert("RGB").resize((size, size), Image.BILINEAR) if path and Path(path).exists() else blank
            pixels.append(torch.from_numpy(np.asarray(image, dtype=np.float32).transpose(2, 0, 1) / 127.5 - 1))
        with torch.inference_mode():
            logits = model(input_ids=ids, bbox=boxes, attention_mask=mask, pixel_values=torch.stack(pixels)).logits
        best = logits.argmax(-1)
        for row, (at, tokens, _, words) in enumerate(chunk):
            labels = answers.setdefault(at, {})
            for i, word in enumerate(words):
                if word is not None and word not in labels:
                    labels[word] = int(best[row, i])
    out = Path(options["out"])
    out.mkdir(parents=True, exist_ok=True)
    for at, labels in answers.items():
        (out / f"page_{at:04d}.json").write_text(json.dumps(dict(words=pages[at]["words"], labels=labels)))


WORKS = {
    "training-step": training_step,
    "predict-page": predict_page,
    "encode-pages": encode_pages,
    "open-dataset": open_dataset,
    "predict-split": predict_split,
}


def say(answer):
    print(json.dumps(answer), flush=True)


def main():
    work, options = sys.argv[1], json.loads(sys.argv[2])
    if work == "predict-script":
        return predict_script(options)
    random.seed(1)
    run, facts = WORKS[work](options)
    say({**facts, "preparedBytes": peak_bytes()})
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        began, cpu = time.perf_counter(), time.process_time()
        more = run() or {}
        answer = dict(seconds=time.perf_counter() - began, cpu=time.process_time() - cpu)
        say({**answer, **more})
    say(dict(peakBytes=peak_bytes()))


main()
