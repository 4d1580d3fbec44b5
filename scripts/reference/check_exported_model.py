"""Runs an exported model's own predict.py on pages of a built-in cookbook and compares with `galley predict`.

    python scripts/reference/check_exported_model.py [--seed N] [--pages N] [--model_dir DIR]

Exports the model (float32), makes pages with their pictures, predicts each by the command line and by the Python example
in the exported folder. Prints how many words get another label and by how much probabilities differ; exits with 1 where
a label differs. Needs node (GALLEY_NODE), onnxruntime, tokenizers, Pillow, numpy and safetensors.
"""

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]


def galley(*arguments: str) -> None:
    command = [os.environ.get("GALLEY_NODE", "node"), "core/cli/main.ts", *arguments]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def with_random_head(folder: Path, seed: int) -> str:
    """galley-nano as it is shipped has no classifier; any will do to compare with."""
    shutil.copytree(ROOT / "models" / "galley-nano", folder)
    config = json.loads((folder / "config.json").read_text())
    shape = (len(config["id2label"]), config["hidden_size"])
    random = np.random.default_rng(seed)
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.weight"] = random.normal(0, 0.5, shape).astype(np.float32)
    tensors["classifier.bias"] = np.zeros(shape[0], np.float32)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    return str(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="7")
    parser.add_argument("--pages", type=int, default=8)
    parser.add_argument("--model_dir", help="a trained model; by default galley-nano with a classifier drawn at random")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        exported = work / "exported"
        model = options.model_dir or with_random_head(work / "model", int(options.seed))
        galley("export-model", "--model_dir", model, "--out_dir", str(exported), "--precision", "float32")
        galley("demo-data", "--pages", str(options.pages), "--seed", options.seed, "--out_dir", str(work / "book"))
        spec = importlib.util.spec_from_file_location("predict", exported / "predict.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        predictor = module.Predictor(exported)
        labels = predictor.settings["labels"]
        words = different = 0
        worst = 0.0
        for line in (work / "book" / "pages.jsonl").read_text(encoding="utf-8").splitlines():
            page = {**json.loads(line), "box_space": "0-1000"}
            image = work / "book" / page["image"]
            (work / "words.json").write_text(json.dumps(page), encoding="utf-8")
            galley(
                *("predict", "--model_dir", model, "--image", str(image)),
                *("--words_json", str(work / "words.json"), "--out_json", str(work / "page.json")),
            )
            ours = json.loads((work / "page.json").read_text(encoding="utf-8"))["tokens"]
            for token, row in zip(ours, predictor(page, str(image)), strict=True):
                words += 1
                different += labels[int(row.argmax())] != token["pred_label"]
                worst = max(worst, abs(float(row.max()) - token["confidence"]))
    print(f"exported model in Python: {words} words, {different} with another label, probability {worst:.3g}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
