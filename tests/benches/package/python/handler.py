"""The infer function as one writes it in Python: what the packages of this repository are measured beside.

It takes the same event, reads the same partition from S3, runs the same model (`model.py` in the package is `onnx_model.py` or
`torch_model.py` of this folder), and writes the same predictions and a record. It is written for speed: NumPy views instead
of copies, a client of its own instead of boto3 (which Lambda's managed runtime has, and which takes longer to import than
everything else here).
"""

import hashlib
import hmac
import http.client
import json
import os
import time
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit

import model
import numpy as np
from tensorfile import read_safetensors, write_safetensors

TENSORS = json.loads(os.environ["TENSORS"])


class Bucket:
    """S3 over one connection that stays open. Signature version 4."""

    def __init__(self) -> None:
        endpoint = urlsplit(os.environ["AWS_ENDPOINT_URL_S3"])
        self.host = endpoint.netloc
        self.connection = http.client.HTTPConnection(endpoint.hostname, endpoint.port)

    def request(self, method: str, bucket: str, key: str, body: bytes = b"") -> bytes:
        now = datetime.now(UTC)
        stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
        region = os.environ["AWS_REGION"]
        path = "/" + quote(f"{bucket}/{key}")
        digest = hashlib.sha256(body).hexdigest()
        headers = {
            "host": self.host,
            "x-amz-content-sha256": digest,
            "x-amz-date": stamp,
            "x-amz-security-token": os.environ["AWS_SESSION_TOKEN"],
        }
        signed = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"{method}\n{path}\n\n{lines}\n{signed}\n{digest}"
        scope = f"{day}/{region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key_bytes = ("AWS4" + os.environ["AWS_SECRET_ACCESS_KEY"]).encode()
        for part in (day, region, "s3", "aws4_request", text):
            key_bytes = hmac.new(key_bytes, part.encode(), hashlib.sha256).digest()
        credential = f"{os.environ['AWS_ACCESS_KEY_ID']}/{scope}"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature={key_bytes.hex()}"
        )
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        content = response.read()
        if response.status not in (200, 204):
            raise RuntimeError(f"S3 answered {response.status} to {method} {path}: {content[:300]!r}")
        return content


PREDICT = model.load()
BUCKET = Bucket()


def handle(event, context):
    """Answers an event."""
    started = time.monotonic()
    run, shard = event["run"], event["shard"]
    names = {"inputs": list(TENSORS["inputs"]), "outputs": list(TENSORS["outputs"])}
    columns = {name: [] for name in [*TENSORS["labels"], *names["outputs"]]}
    computed = computed_cpu = 0.0
    for entry in shard["objects"]:
        tensors = read_safetensors(BUCKET.request("GET", run["data_bucket"], entry["key"]))
        rows = len(tensors[names["inputs"][0]])
        for name in TENSORS["labels"]:
            columns[name].append(tensors[name])
        for first in range(0, rows, run["batch_size"]):
            batch = {name: tensors[name][first : first + run["batch_size"]] for name in names["inputs"]}
            began, began_cpu = time.monotonic(), time.thread_time()
            found = PREDICT(names["outputs"], batch)
            for name, values in zip(names["outputs"], found):
                if not np.isfinite(values).all():
                    raise ValueError(f"{entry['key']}: the output {name} is not finite")
                columns[name].append(values)
            computed += time.monotonic() - began
            computed_cpu += time.thread_time() - began_cpu
    predictions = write_safetensors({name: np.concatenate(parts) for name, parts in columns.items()})
    prefix = f"{run['prefix']}python/{shard['index']}"
    BUCKET.request("PUT", run["results_bucket"], f"{prefix}.safetensors", predictions)
    record = {
        "index": shard["index"],
        "count": sum(len(part) for part in columns[names["outputs"][0]]),
        "sha256": hashlib.sha256(predictions).hexdigest(),
        "duration": {
            "compute_ms": computed * 1e3,
            "compute_cpu_ms": computed_cpu * 1e3,
            "total_ms": (time.monotonic() - started) * 1e3,
        },
    }
    BUCKET.request("PUT", run["results_bucket"], f"{prefix}.json", json.dumps(record).encode())
    return {"index": shard["index"]}
