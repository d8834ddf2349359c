#!/usr/bin/env python3
"""A second verifier of audit exports, written from docs/audit-format.md and sharing no code with the first.

Plain Python 3.10, standard library only. It reads whole files into memory, so it is for exports of a usual size.

    verify_audit.py PATH [--key PUB]... [--expect SHA256]...

Prints one JSON object, in the form of `holdpoint audit verify --format json`. Exits with 0 when all is as it was written,
with 1 when something is not, with 2 when it could not be looked at.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import stat
import sys
import unicodedata

FORMAT = "holdpoint-checkpoint/1"
CHECKPOINT, SIGNATURE, CHAINS = "checkpoint.json", "checkpoint.sig", "chains.jsonl"
NAMED = 20
LARGEST = 2**53 - 1


# Ed25519, by RFC 8032, section 5.1.

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def decode_point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    x = recover_x(y, sign) if y < P else None
    return None if x is None else (x, y)


def add(a, b):
    (x1, y1), (x2, y2) = a, b
    cross = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + cross, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - cross, -1, P) % P
    return x, y


def multiply(n, point):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def has_signed(key, message, signature):
    """Whether `signature` is that of `message` by the public key `key`."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r = decode_point(key), decode_point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    # Points of a small order sign everything.
    if multiply(8, a) == (0, 1) or multiply(8, r) == (0, 1):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return multiply(s, BASE) == add(r, multiply(k, a))


# The canonical form of a fact, by RFC 8785 without fractions, and the chain.


class NoFact(Exception):
    """What is read there can be no fact."""


def integer(text):
    number = int(text) if len(text) < 20 else None
    if text == "-0" or number is None or abs(number) > LARGEST:
        return float(text)
    return number


def no_number(text):
    raise ValueError(f"{text} is not JSON")


def read_json(data):
    return json.loads(data.decode("utf-8"), parse_int=integer, parse_constant=no_number)


ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}


def quoted(text):
    return '"' + "".join(ESCAPES.get(ord(c)) or (f"\\u{ord(c):04x}" if ord(c) < 32 else c) for c in text) + '"'


def canonical(value):
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{quoted(name)}:{canonical(value[name])}" for name in names) + "}"
    raise NoFact


def canonical_or_none(value):
    try:
        return canonical(value).encode("utf-8")
    except NoFact:
        return None


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def beginning(approval):
    return sha256(b"holdpoint approval 1\n" + approval.encode("utf-8"))


def link(before, fact):
    return sha256(bytes.fromhex(before) + fact)


def is_hash(text):
    return isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) is not None


# What is wrong, by name.

HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def clean(text, most):
    """Text that somebody else wrote, on one line and without what does not show."""
    text = "".join(" " if unicodedata.category(c) == "Cc" or c.isspace() else c for c in text)
    text = " ".join(HIDDEN.sub("", text).split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


class Problems:
    def __init__(self):
        self.named, self.counts = [], {}

    def add(self, kind, says, **subject):
        if self.counts.get(kind, 0) < NAMED:
            names = ("export", "file", "approval", "gate", "row", "fact", "number")
            self.named.append({"kind": kind, "says": says} | {name: subject.get(name) for name in names})
        self.counts[kind] = self.counts.get(kind, 0) + 1

    def more(self):
        return {kind: count - NAMED for kind, count in self.counts.items() if count > NAMED}


# Files.


class Unopened(Exception):
    """Missing, or no plain file."""


def read_plain(path):
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise Unopened("file_refused")
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        raise Unopened("file_missing") from None
    except OSError:
        raise Unopened("file_refused") from None


def form_of(name):
    for ending, form in ((".ocsf.jsonl", "lines"), (".jsonl", "jsonl"), (".csv", "csv")):
        if name.endswith(ending):
            return form
    return "whole"


def split_lines(data):
    lines = data.split(b"\n")
    whole = [line + b"\n" for line in lines[:-1]]
    return whole + ([lines[-1]] if lines[-1] else [])


def split_rows(data):
    """Lines, but a line end between quotes ends nothing."""
    rows, row = [], b""
    for line in split_lines(data):
        row += line
        if row.count(b'"') % 2 == 0:
            rows.append(row)
            row = b""
    return rows + ([row] if row else [])


def cells(row):
    row = row.removesuffix(b"\n").removesuffix(b"\r")
    found, begin, is_quoted = [], 0, False
    for place, byte in enumerate(row):
        if byte == 34:
            is_quoted = not is_quoted
        elif byte == 44 and not is_quoted:
            found.append(row[begin:place])
            begin = place + 1
    found.append(row[begin:])
    return [cell[1:-1].replace(b'""', b'"') if len(cell) > 1 and cell[:1] == cell[-1:] == b'"' else cell for cell in found]


class Record:
    """A row: the hash of its bytes, and what it says of itself."""

    def __init__(self, data):
        self.row, self.approval, self.chain, self.facts = sha256(data), None, None, []

    def read_facts(self, data):
        try:
            line = read_json(data)
            approval, facts = line["approval"], line["facts"]
            if not isinstance(approval, str) or not isinstance(facts, list):
                return
            facts = [canonical_or_none(fact) for fact in facts]
            approval.encode("utf-8")
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        self.approval, self.facts = approval, facts
        head, self.chain = beginning(approval), []
        for fact in facts:
            if fact is None:
                self.chain = None
                return
            head = link(head, fact)
            self.chain.append(head)


def records(form, data):
    if form == "csv":
        rows = split_rows(data)
        head = cells(rows[0]) if rows else []
        column = head.index(b"approval") if b"approval" in head else None
        for row in rows[1:]:
            record = Record(row)
            row = cells(row)
            if column is not None and column < len(row):
                record.approval = row[column].decode("utf-8", "replace")
            yield record
    else:
        for line in split_lines(data):
            record = Record(line)
            if form == "jsonl":
                record.read_facts(line)
            yield record


def chain_line(data):
    """A line of chains.jsonl, or None."""
    try:
        line = read_json(data)
        chain, row, gate = line["chain"], line.get("row"), line.get("gate")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    is_one = isinstance(line.get("approval"), str) and isinstance(chain, list) and all(map(is_hash, chain))
    is_one = is_one and (row is None or is_hash(row)) and (gate is None or isinstance(gate, str))
    return {"approval": line["approval"], "gate": gate, "chain": chain, "row": row} if is_one else None


# What became of the items of a list.


def same_by_key(were, are):
    places = {}
    for place, item in enumerate(were):
        if item[0] is not None:
            places.setdefault(item[0], []).append(place)
    return [places[item[0]].pop(0) if places.get(item[0]) else None for item in are]


def compare(were, are, same):
    """Items are (key, name). Gives (what, was, is) for each that is not as and where it was."""
    of, taken = list(same), {was for was in same if was is not None}

    def pair(place, was):
        if of[place] is None and was not in taken and 0 <= was < len(were):
            of[place] = was
            taken.add(was)

    named = {}
    for was, (_, name) in enumerate(were):
        if name is not None and was not in taken:
            named.setdefault(name, []).append(was)
    for place, (_, name) in enumerate(are):
        if of[place] is None and named.get(name):
            pair(place, named[name].pop(0))
    for place in range(len(are)):
        if place == 0:
            pair(place, 0)
        elif of[place - 1] is not None:
            pair(place, of[place - 1] + 1)
    for place in reversed(range(len(are))):
        if place + 1 == len(are):
            pair(place, len(were) - 1)
        elif of[place + 1] is not None:
            pair(place, of[place + 1] - 1)
    for place, was in enumerate(of):
        if was is not None and same[place] is None:
            yield "changed", was, place
    for was in range(len(were)):
        if was not in taken:
            yield "missing", was, None
    for place, was in enumerate(of):
        if was is None:
            yield "added", None, place
    places = [place for place, was in enumerate(of) if was is not None]
    for place, should in zip(places, sorted(of[place] for place in places)):
        if of[place] != should and same[place] is not None:
            yield "moved", of[place], place


# One export.


class Export:
    def __init__(self, folder, name, asked, problems):
        self.folder, self.name, self.problems = folder, clean(name, 100), problems
        self.checkpoint, self.sha256, self.signature = None, None, "not_signed"
        try:
            data = read_plain(os.path.join(folder, CHECKPOINT))
        except Unopened as error:
            kind = "checkpoint_missing" if str(error) == "file_missing" else "checkpoint_unreadable"
            self.add(kind, "there is no checkpoint that can be read", file=CHECKPOINT)
            return
        self.sha256 = sha256(data)
        try:
            self.checkpoint = read_checkpoint(data)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            self.add("checkpoint_unreadable", "it is no checkpoint of a known form", file=CHECKPOINT)
            return
        self.signature = self.check_signature(data, asked)

    def add(self, kind, says, **subject):
        if "file" in subject:
            subject["file"] = clean(subject["file"], 100)
        self.problems.add(kind, says, export=self.name, **subject)

    def check_signature(self, data, asked):
        signer, subject = self.checkpoint["signer"], {"file": SIGNATURE, "number": self.checkpoint["number"]}
        if signer is None:
            return "not_signed"
        try:
            text = read_plain(os.path.join(self.folder, SIGNATURE))
        except Unopened:
            self.add("signature_missing", "its signature is gone", **subject)
            return "wrong"
        try:
            signature = base64.b64decode(text[:-1], validate=True) if text.endswith(b"\n") else b""
            key = base64.b64decode(signer["public_key"], validate=True)
        except (ValueError, binascii.Error):
            signature, key = b"", b""
        if signer["algorithm"] != "Ed25519" or not has_signed(key, data, signature):
            self.add("signature_wrong", "it is not the signature of this checkpoint", **subject)
            return "wrong"
        if not asked.keys:
            return "by_the_key_named"
        if key in asked.keys:
            return "by_the_key_given"
        self.add("signature_by_another_key", "it is signed by another key", **subject)
        return "wrong"

    def open(self, name):
        if not re.fullmatch("[a-z0-9][a-z0-9._-]{0,99}", name):
            self.add("file_refused", "no file of an export has such a name", file=name)
            return None
        try:
            return read_plain(os.path.join(self.folder, name))
        except Unopened as error:
            self.add(str(error), "it is missing, or no file", file=name)
            return None

    def state(self, file, data, belongs):
        there = sha256(data)
        if (len(data), there) == (file["bytes"], file["sha256"]):
            return "intact"
        if there in belongs:
            self.add("file_swapped", f"it is {'/'.join(belongs[there])}", file=file["name"])
            return "swapped"
        self.add("file_changed", f"its SHA-256 is {there}", file=file["name"])
        return "changed"

    def contents(self, belongs):
        """The lines of the chains, if they are as they were written."""
        if self.checkpoint is None:
            return None
        files = self.checkpoint["files"]
        known = {file["name"] for file in files} | {CHECKPOINT}
        known |= {SIGNATURE} if self.checkpoint["signer"] else set()
        for name in sorted(set(os.listdir(self.folder)) - known):
            self.add("file_added", "no checkpoint names it", file=name)
        rows = next((file for file in files if file["name"] != CHAINS and form_of(file["name"]) != "whole"), None)
        for file in files:
            if file is not rows and file["name"] != CHAINS and (data := self.open(file["name"])) is not None:
                self.state(file, data, belongs)
        chain_file = next((file for file in files if file["name"] == CHAINS), None)
        data = self.open(rows["name"]) if rows else None
        chains = self.open(CHAINS) if chain_file else None
        state = self.state(rows, data, belongs) if data is not None else None
        if chains is None:
            return None
        chain_state = self.state(chain_file, chains, belongs)
        lines = [chain_line(line) for line in split_lines(chains)]
        there = (len(lines), sum(len(line["chain"]) for line in lines if line))
        if chain_state == "intact" and there != (self.checkpoint["approvals"], self.checkpoint["facts"]):
            self.add("count_wrong", f"there are {there}", file=CHECKPOINT)
        if data is not None:
            form = form_of(rows["name"])
            self.rows(rows["name"], form, list(records(form, data)), lines, (state, chain_state))
        return lines if chain_state == "intact" else None

    def rows(self, name, form, found, lines, states):
        def is_of(line, record):
            return (
                line["row"] == record.row
                and (form == "lines" or line["approval"] == record.approval)
                and (form != "jsonl" or line["chain"] == record.chain)
            )

        fits = [line is not None and n < len(found) and is_of(line, found[n]) for n, line in enumerate(lines)]
        if (all(fits) and len(lines) == len(found)) or "swapped" in states:
            return
        if states == ("intact", "intact"):
            for n in range(max(len(lines), len(found))):
                line = lines[n] if n < len(lines) else None
                if n >= len(fits) or not fits[n]:
                    self.add("chain_wrong", "the chain is not that of the row", file=CHAINS, row=n + 1, **of(line))
        elif states == ("intact", "changed"):

            def key(approval, row, chain):
                return (row, approval if form != "lines" else None, tuple(chain or ()) if form == "jsonl" else None)

            were = [(key(record.approval, record.row, record.chain), record.approval) for record in found]
            are = [
                (line["row"] and key(line["approval"], line["row"], line["chain"]), line["approval"] if form != "lines" else None)
                if line
                else (None, None)
                for line in lines
            ]
            for what, was, place in compare(were, are, same_by_key(were, are)):
                approval = (were[was] if was is not None else are[place])[1]
                self.tell(what, CHAINS, {"approval": approval, "gate": None}, was, place)
        else:
            lines = [line for line in lines if line]
            were = [(line["row"], line["approval"]) for line in lines]
            are = [(record.row, record.approval) for record in found]
            looked_into = 0
            for what, was, place in compare(were, are, same_by_key(were, are)):
                line = lines[was] if was is not None else {"approval": found[place].approval, "gate": None}
                self.tell(what, name, line, was, place)
                if what == "changed" and form == "jsonl" and looked_into < NAMED:
                    looked_into += 1
                    self.facts(name, line, found[place], place)

    def tell(self, what, file, line, was, place):
        row = (was if place is None else place) + 1
        self.add(f"row_{what}", f"row {row}: {what}", file=file, row=row, **of(line))

    def facts(self, name, line, record, row):
        chain, facts = line["chain"], record.facts
        if record.approval is None or max(len(chain), len(facts)) > 1000:
            return
        before, taken, same = [beginning(line["approval"])] + chain[:-1], set(), []
        for place, fact in enumerate(facts):
            was = None
            for candidate in [place, *range(len(chain))]:
                is_free = candidate < len(chain) and candidate not in taken and fact is not None
                if is_free and link(before[candidate], fact) == chain[candidate]:
                    was = candidate
                    break
            taken |= {was}
            same.append(was)
        nameless = (None, None)
        for what, was, place in compare([nameless] * len(chain), [nameless] * len(facts), same):
            fact = (was if what in ("changed", "missing") else place) + 1
            self.add(f"fact_{what}", f"fact {fact}: {what}", file=name, row=row + 1, fact=fact, **of(line))

    def about(self):
        checkpoint = self.checkpoint or {}
        names = ("number", "approvals", "facts")
        about = {"export": self.name, "sha256": self.sha256, "signature": self.signature}
        return about | {name: checkpoint.get(name) for name in names}


def of(line):
    """Which approval a line is of, for people."""
    if line is None or line["approval"] is None:
        return {"gate": None if line is None or line["gate"] is None else clean(line["gate"], 200)}
    gate = None if line["gate"] is None else clean(line["gate"], 200)
    return {"approval": clean(line["approval"], 100), "gate": gate}


def is_count(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def read_checkpoint(data):
    checkpoint = read_json(data)
    if checkpoint["format"] != FORMAT:
        raise ValueError("another format")
    previous, signer = checkpoint.get("previous"), checkpoint.get("signer")
    is_one = all(is_count(checkpoint[name]) for name in ("number", "approvals", "facts"))
    is_one = is_one and isinstance(checkpoint["period"], dict) and isinstance(checkpoint["files"], list)
    for file in checkpoint["files"]:
        is_one = is_one and isinstance(file["name"], str) and is_count(file["bytes"]) and is_hash(file["sha256"])
    if previous is not None:
        is_one = is_one and is_count(previous["number"]) and is_hash(previous["sha256"])
    if signer is not None:
        is_one = is_one and isinstance(signer["algorithm"], str) and isinstance(signer["public_key"], str)
    if not is_one or not isinstance(checkpoint.get("restarted", ""), (str, type(None))):
        raise ValueError("not a checkpoint")
    return checkpoint | {"previous": previous, "signer": signer, "restarted": checkpoint.get("restarted")}


# A series.


def is_export_name(name):
    match = re.match("([0-9]{4,})-", name)
    return int(match[1]) if match and int(match[1]) > 0 else None


def follow(exports, problems, notes):
    before, number_before = None, 0
    for n, (number, export) in enumerate(exports):
        checkpoint = export.checkpoint
        restarted = checkpoint and checkpoint["restarted"]
        if n > 0 and number == number_before:
            export.add("export_twice", f"there are two with the number {number}", file=CHECKPOINT, number=number)
        for missing in range(number if n == 0 and restarted is not None else number_before + 1, number)[:100]:
            problems.add("export_missing", f"export {missing} is missing", number=missing)
        if checkpoint is not None:
            misplaced(export, number)
            previous(export, before if number_before + 1 == number else None)
            if restarted is not None:
                if n == 0 and number > 1:
                    notes.append(f"checkpoints before {number}, where the series begins anew, are not here")
                notes.append(f"the series begins anew with checkpoint {number}: {clean(restarted, 300)}")
        before, number_before = export, number


def misplaced(export, number):
    if export.checkpoint["number"] != number:
        there = export.checkpoint["number"]
        export.add("checkpoint_misplaced", f"it is checkpoint {there}", file=CHECKPOINT, number=there)


def previous(export, before):
    checkpoint = export.checkpoint
    named, number = checkpoint["previous"], max(checkpoint["number"] - 1, 0)
    if named is None:
        is_right = checkpoint["restarted"] is not None or checkpoint["number"] == 1
    else:
        is_right = named["number"] == number
        if before is not None and before.sha256 is not None:
            is_right = is_right and named["sha256"] == before.sha256
    if not is_right:
        export.add("previous_differs", "it follows another checkpoint", file=CHECKPOINT, number=number)


def hold(exports):
    """A signature is over the hash of the checkpoint before, and with it over all before that."""
    held = None
    for _, export in reversed(exports):
        if export.signature == "not_signed" and export.checkpoint and held is not None and export.sha256 == held:
            export.signature = "by_a_later_one"
        previous = export.checkpoint and export.checkpoint["previous"]
        held = previous["sha256"] if previous and export.signature not in ("not_signed", "wrong") else None


def tell_unsigned(export, asked):
    if export.checkpoint and export.signature == "not_signed" and asked.keys:
        number = export.checkpoint["number"]
        export.add("signature_missing", "it is not signed", file=SIGNATURE, number=number)


def one_key(exports):
    known = None
    for number, export in exports:
        if export.checkpoint is None:
            continue
        signer = export.checkpoint["signer"]
        if signer is None:
            if known is not None and export.signature == "not_signed":
                export.add("signature_missing", "those before it are signed", file=CHECKPOINT, number=number)
            continue
        if known is not None and known != signer["public_key"]:
            export.add("signature_by_another_key", "another key", file=CHECKPOINT, number=number)
        known = known or signer["public_key"]


def continuity(whole, problems):
    seen = {}
    for export, lines in whole:
        if export.checkpoint["restarted"] is not None:
            seen = {}
        for line in lines:
            if not line or not line["chain"]:
                continue
            earlier, old = seen.get(line["approval"], (None, None))
            seen[line["approval"]] = (export, line["chain"])
            if earlier is None or earlier is export or line["chain"][: len(old)] == old:
                continue
            fact = next((n + 1 for n, (a, b) in enumerate(zip(old, line["chain"])) if a != b), None)
            number = earlier.checkpoint["number"]
            export.add(
                "chain_broken", f"its first {len(old)} facts are not those of {number}",
                file=CHAINS, fact=fact, number=number, **of(line),
            )


class Asked:
    def __init__(self, arguments):
        self.path, self.keys, self.expected = None, [], []
        arguments = list(arguments)
        while arguments:
            argument = arguments.pop(0)
            if argument == "--key" and arguments:
                self.keys.append(read_key(arguments.pop(0)))
            elif argument == "--expect" and arguments:
                self.expected.append(arguments.pop(0))
            elif self.path is None and not argument.startswith("--"):
                self.path = argument
            else:
                raise SystemExit(2)
        if self.path is None or not os.path.isdir(self.path):
            raise SystemExit(2)


def read_key(path):
    """The 32 bytes of an Ed25519 key in PEM, which follow a head of twelve."""
    with open(path, encoding="ascii") as file:
        lines = file.read().split("\n")
    der = base64.b64decode("".join(line for line in lines if not line.startswith("-----")))
    if len(der) != 44 or der[:12] != bytes.fromhex("302a300506032b6570032100"):
        raise SystemExit(2)
    return der[12:]


def verify(asked):
    problems, notes, exports = Problems(), [], []
    is_single = any(os.path.lexists(os.path.join(asked.path, name)) for name in (CHECKPOINT, SIGNATURE, CHAINS))
    if is_single:
        name = os.path.basename(os.path.realpath(asked.path))
        exports.append((is_export_name(name), Export(asked.path, name, asked, problems)))
        notes.append("this export alone was looked at")
    else:
        for name in sorted(os.listdir(asked.path), key=lambda name: (is_export_name(name) or 0, name)):
            folder, number = os.path.join(asked.path, name), is_export_name(name)
            if number is None:
                if not name.startswith("."):
                    notes.append(f"`{clean(name, 100)}` is part of no export and was passed over")
            elif stat.S_ISDIR(os.lstat(folder).st_mode):
                exports.append((number, Export(folder, name, asked, problems)))
            else:
                problems.add("file_refused", "it is no folder", export=clean(name, 100))
        hold(exports)
        follow(exports, problems, notes)
        if not asked.keys:
            one_key(exports)
    for _, export in exports:
        tell_unsigned(export, asked)
    belongs = {}
    for _, export in exports:
        for file in (export.checkpoint or {"files": []})["files"]:
            belongs.setdefault(file["sha256"], (export.name, file["name"]))
    contents = [(export, export.contents(belongs)) for _, export in exports]
    if is_single:
        number, export = exports[0]
        if number is not None and export.checkpoint is not None:
            misplaced(export, number)
    else:
        continuity([(export, lines) for export, lines in contents if lines is not None], problems)
    there = {export.sha256 for _, export in exports}
    for expected in asked.expected:
        if expected not in there:
            problems.add("checkpoint_absent", f"no checkpoint here has the SHA-256 {expected}")
    if not exports and not problems.named:
        raise SystemExit(2)
    return {
        "ok": not problems.named,
        "exports": [export.about() for _, export in exports],
        "problems": problems.named,
        "more": problems.more(),
        "notes": notes,
    }


if __name__ == "__main__":
    report = verify(Asked(sys.argv[1:]))
    print(json.dumps(report, ensure_ascii=False))
    sys.exit(0 if report["ok"] else 1)
