"""Loads what Galley wrote for the cases of layoutlmv3_cases.py: model folders and ONNX files.

    python check_galley_models.py DIR

A folder must load with nothing missing, unexpected or of another shape, and hold the same weights; the ONNX
file must pass onnx.checker and give the logits of transformers within 1e-4 of the largest, also for another
batch size and length than any it was made with.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, LayoutLMv3ForTokenClassification, LayoutLMv3ImageProcessor

LIMIT = 1e-4
worst, failed = 0.0, 0
for folder in sorted(Path(sys.argv[1]).iterdir()):
    case = json.loads((folder / "case.json").read_text())
    problems = []
    model, info = LayoutLMv3ForTokenClassification.from_pretrained(folder / "galley", output_loading_info=True)
    problems += [f"{key}: {value}" for key, value in info.items() if value]
    original = AutoConfig.from_pretrained(folder).to_dict()
    ours = AutoConfig.from_pretrained(folder / "galley").to_dict()
    ignored = {"dtype", "torch_dtype", "_name_or_path", "transformers_version"}
    problems += [
        f"config {key}: {ours.get(key)}, was {value}"
        for key, value in original.items()
        if key not in ignored and ours.get(key) != value
    ]
    size = model.config.input_size
    processor = LayoutLMv3ImageProcessor.from_pretrained(folder / "galley")
    if dict(processor.size) != {"height": size, "width": size} or processor.apply_ocr:
        problems.append(f"image processor: {processor.size}, apply_ocr {processor.apply_ocr}")

    path = folder / "galley.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    expected = load_file(folder / "expected.safetensors")
    inputs = {name: torch.tensor(case[name]) for name in ("input_ids", "bbox", "attention_mask")}
    if case["options"]["visual"]:
        inputs["pixel_values"] = expected["pixel_values"]
    smaller = {n: t[-1:] if n == "pixel_values" else t[-1:, :5] for n, t in inputs.items()}
    model.eval()
    error = 0.0
    for feed in (inputs, smaller):
        with torch.no_grad():
            logits = model(**feed).logits.numpy()
        found = session.run(["logits"], {name: t.numpy() for name, t in feed.items()})[0]
        error = max(error, float(np.abs(found - logits).max() / np.abs(logits).max()))
    if case["options"]["masks"] == 0:
        with torch.no_grad():
            logits = model(**inputs).logits
        reference = expected["logits"]
        reloaded = float((logits - reference).abs().max() / reference.abs().max())
        if reloaded > 1e-6:
            problems.append(f"logits of the saved folder off by {reloaded:.1e}")
    worst = max(worst, error)
    if not error <= LIMIT:
        problems.append(f"ONNX logits off by {error:.1e}")
    failed += bool(problems)
    print(f"{folder.name}: ONNX logits {error:.1e}" + "".join(f"\n  FAILED: {p}" for p in problems))
print(f"worst ONNX logits: {worst:.1e}; {failed} failed")
sys.exit(1 if failed else 0)
