#!/usr/bin/env python3
"""食溯客户端示例:标准库加 cryptography。

A client of Shisu in Python 3.9 or newer and the package `cryptography`. docs/RECORD-FORMAT.md
says what is written here and why; docs/examples/README.md how to run it.
"""

import argparse
import base64
import datetime
import hashlib
import json
import os
import random
import secrets
import time
import urllib.error
import urllib.request

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_json(value) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


# 1. 密钥 Keys -----------------------------------------------------------------------------------


def read_or_make_key(path: str):
    """读密钥文件;没有就新建(仅本人可读)。 Reads a key file, or makes one only you can read."""
    is_new = not os.path.exists(path)
    if is_new:
        key = Ed25519PrivateKey.generate()
        public = b64url(key.public_key().public_bytes_raw())
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": public, "d": b64url(key.private_bytes_raw())}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(to_json(jwk) + "\n")
    with open(path, encoding="utf-8") as file:
        jwk = json.load(file)
    key = Ed25519PrivateKey.from_private_bytes(from_b64url(jwk["d"]))
    public = {name: jwk[name] for name in ("crv", "kty", "x")}
    # 指纹(RFC 7638):记录用它指明密钥。 The thumbprint by which records name the key.
    return is_new, key, b64url(sha256(to_json(public).encode())), public


def possession(key: Ed25519PrivateKey, kid: str, log: str, party: str) -> str:
    """持有证明:新密钥对日志、主体和自己的指纹签名。 The proof that one has a new key."""
    return b64url(key.sign(f"shisu-key-possession/v1\n{log}\n{party}\n{kid}\n".encode()))


# 2. 记录 Records --------------------------------------------------------------------------------


def seal(name: str, value):
    """密封一个字段:签名里只有加盐的哈希,值在披露里。 Seals a field: a salted hash is signed."""
    disclosure = b64url(to_json([b64url(secrets.token_bytes(16)), name, value]).encode())
    return disclosure, b64url(sha256(disclosure.encode()))


def create_record(key: Ed25519PrivateKey, kid: str, o):
    """一条 create 记录:采收了一批。 A record that a lot was harvested: `jwt~disclosure~…~`."""
    quantity, quantity_digest = seal("quantity", o.quantity)
    # 不写备注也要密封:摘要个数不泄露信息。 Sealed even if empty, so that its absence tells nothing.
    note, note_digest = seal("note", None)
    china = datetime.timezone(datetime.timedelta(hours=8))
    today = datetime.datetime.now(china).date().isoformat()
    payload = {
        "v": 1,
        "type": "create",
        "log": o.log,
        "iss": o.party,
        "site": o.site,
        "iat": int(time.time()),
        "seq": o.seq,
        "prev": o.prev,
        "moves": [{"n": 1, "op": "in", "lot": o.lot, "uom": "KGM", "_sd": [quantity_digest]}],
        "body": {
            "how": "harvest",
            "lots": [{"n": 1, "class": "leafy_vegetable", "name": "示例青菜", "made_on": today}],
            "_sd": [note_digest],
        },
        "_sd_alg": "sha-256",
    }
    header = {"alg": "EdDSA", "typ": "shisu-record+sd-jwt", "kid": kid}
    signed = b64url(to_json(header).encode()) + "." + b64url(to_json(payload).encode())
    jwt = signed + "." + b64url(key.sign(signed.encode()))
    return jwt, "~".join([jwt, quantity, note, ""])


# 3. 提交 Submitting -----------------------------------------------------------------------------


def submit(server: str, text: str) -> str:
    """提交,直到有答复:同一记录提交几次都是同一索引。 Submits until there is an answer; it is safe."""
    wait = 0.5
    while True:
        asked = urllib.request.Request(
            server + "/v1/records",
            data=text.encode(),
            headers={"Content-Type": "application/sd-jwt"},
        )
        retry_after = None
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:
                if answer.status in (200, 201):
                    return answer.read().decode()
                raise SystemExit(f"{answer.status}: {answer.read().decode()}")
        except urllib.error.HTTPError as error:
            if error.code not in (408, 429, 500, 502, 503, 504):
                raise SystemExit(f"{error.code}: {error.read().decode()}") from error
            retry_after = error.headers.get("Retry-After")
        except OSError as error:
            if wait > 8:
                raise SystemExit("服务器没有应答 / the server does not answer") from error
        if wait > 8:
            raise SystemExit("服务器没有应答 / the server does not answer")
        is_number = retry_after is not None and retry_after.isdigit()
        time.sleep(int(retry_after) if is_number else wait * random.random())
        wait *= 2


# 4. 回执 Receipts -------------------------------------------------------------------------------


def root_from(leaf: bytes, index: int, size: int, proof) -> bytes:
    """从叶子和证明算出树根(RFC 6962)。 The root that leaf and inclusion proof lead to."""
    value, at, last = leaf, index, size - 1
    if at > last:
        raise SystemExit("索引超出日志 / the index is beyond the log")
    for sibling in proof:
        if last == 0:
            raise SystemExit("证明过长 / the proof is too long")
        if at % 2 == 1 or at == last:
            value = sha256(b"\x01", sibling, value)
            while at % 2 == 0 and at != 0:
                at, last = at >> 1, last >> 1
        else:
            value = sha256(b"\x01", value, sibling)
        at, last = at >> 1, last >> 1
    if last != 0:
        raise SystemExit("证明过短 / the proof is too short")
    return value


def check_signature(note: str, vkey: str) -> str:
    """核验检查点签名(C2SP signed-note)。 Checks that the log has signed a checkpoint."""
    name, key_id, encoded = vkey.split("+", 2)
    public = base64.b64decode(encoded)[1:]  # 0x01, then 32 bytes
    end = note.rindex("\n\n") + 1
    prefix = f"— {name} "
    for line in note[end + 1 :].split("\n"):
        if not line.startswith(prefix):
            continue
        signature = base64.b64decode(line[len(prefix) :])
        if signature[:4].hex() == key_id:
            # 不符则抛出异常。 Raises an exception if it is wrong.
            Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], note[:end].encode())
            return name
    raise SystemExit("没有该日志的签名 / the log has not signed")


def check_receipt(receipt: str, jwt: str, log: str, vkey: str) -> int:
    """核验回执:这条记录在日志里,而且日志为此签了名。 Checks a receipt (C2SP tlog-proof)."""
    head, note = receipt.split("\n\n", 1)
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise SystemExit("不是回执 / not a receipt")
    if lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0)[len("index ") :])
    proof = [base64.b64decode(line) for line in lines]
    origin, size, root = note.split("\n")[:3]
    if check_signature(note, vkey) != log or origin != log:
        raise SystemExit("另一个日志的回执 / a receipt of another log")
    if root_from(sha256(b"\x00", jwt.encode()), index, int(size), proof) != base64.b64decode(root):
        raise SystemExit("包含证明不成立 / the inclusion proof does not hold")
    return index


# 5. 全过程 The whole ---------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("server", "log", "log-key", "key", "party", "site", "lot", "prev"):
        parser.add_argument("--" + name)
    parser.add_argument("--seq", type=int, default=1)
    parser.add_argument("--quantity", default="120.5")
    o = parser.parse_args()

    is_new, key, kid, public = read_or_make_key(o.key)
    if is_new:
        proof = possession(key, kid, o.log, o.party)
        print(to_json({"party": o.party, "jwk": public, "proof": proof}))
        return
    jwt, text = create_record(key, kid, o)
    receipt = submit(o.server, text)
    index = check_receipt(receipt, jwt, o.log, o.log_key)
    with urllib.request.urlopen(f"{o.server}/v1/lots/{o.lot}/verdict", timeout=60) as answer:
        verdict = json.load(answer)
    record_id = b64url(sha256(jwt.encode()))
    print(to_json({"id": record_id, "index": index, "state": verdict["state"], "verdict": verdict}))


if __name__ == "__main__":
    main()
