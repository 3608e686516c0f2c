#!/usr/bin/env python3
"""Judge of shared responsibility matrices, written from consent.md alone (format: README.md).
stdin: one JSON tree per line; stdout: one JSON verdict per line. "U7": a question that the page left open then."""
import json
import re
import sys
from datetime import datetime
from pathlib import Path

def as_list(x):
    return [] if x is None else x if isinstance(x, list) else [x]
def order(version):  # versions compare by dotted numbers (U1)
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in str(version).split("."))

def valid_keys(item):
    return {s if isinstance(s, str) else s["key"] for s in item.get("signatures", [])
            if isinstance(s, str) or s.get("valid", True)}
def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
def day_of(statement):  # the day as written in signedAt (U2)
    return statement["signedAt"][:10]
# ---------------------------------------------------------------- rosters
def owners(roster):  # key -> (party, signer)
    return {k: (p, s) for p, d in roster["parties"].items()
            for s, keys in d["signers"].items() for k in as_list(keys)}

def signers_with(roster, party, keys):
    return {s for s, ks in roster["parties"][party]["signers"].items() if set(as_list(ks)) & keys}
def threshold(roster, party):
    return roster["parties"][party]["threshold"]

def same_parties(chain, first, last):
    return len({frozenset(r["parties"]) for r in chain[first - 1:last]}) == 1

def roster_fault(roster, before):
    signed, keys = valid_keys(roster), set(owners(roster))
    if before and roster.get("previous") != before["digest"]:
        return "does not name the digest of the roster before"
    for p in before["parties"] if before else []:
        if len(signers_with(before, p, signed)) < threshold(before, p):
            return f"lacks the threshold of {p}"
    silent = keys - set(owners(before) if before else ()) - signed
    return "not signed by the keys it adds: " + ", ".join(sorted(silent)) if silent else ""

def complete_chain(rosters, why):
    chain, broken = [], False
    for n in sorted(rosters):
        fault = "beyond a gap" if broken or n != len(chain) + 1 else \
            roster_fault(rosters[n], chain[-1] if chain else None)
        broken = bool(fault)
        why += [f"roster {n} ignored: {fault}"] if fault else []
        chain += [] if fault else [rosters[n]]
    return chain

def named_roster(item, chain):
    n, digest = item["roster"]["number"], item["roster"]["digest"]
    return chain[n - 1] if 1 <= n <= len(chain) and chain[n - 1]["digest"] == digest else None

def sealed(item, chain):
    n = item["roster"]["number"]
    return n < len(chain) and item["digest"] in chain[n].get("seals", [])
# ---------------------------------------------------------------- revocations
def holds(rev, roster, self_revoked):
    party, signer = owners(roster).get(rev["key"], (None, None))
    first = [k if isinstance(k, str) else k["key"] for k in rev.get("signatures", [])][:1]
    if party is None or party != rev["party"] or any(owners(roster).get(k, [""])[0] != party for k in first):
        return False
    left = {s for s, ks in roster["parties"][party]["signers"].items()
            if s != signer and set(as_list(ks)) - self_revoked}
    need = max(1, min(threshold(roster, party), len(left)))  # U8
    voices = signers_with(roster, party, valid_keys(rev) - self_revoked) & left
    return rev["key"] in valid_keys(rev) or len(voices) >= need
def held_revocations(revs, chain):  # those that hold, each by itself, under the roster that they name
    valid = [r for r in revs if r.get("valid", True)]
    own = {r["key"] for r in valid if r["key"] in valid_keys(r) and r["key"] in owners(chain[-1])}
    return [r for r in valid if named_roster(r, chain) and holds(r, named_roster(r, chain), set())], own

def rests_on(chain, n, keys):  # parties whose threshold roster n lacks without the signatures of these keys
    before = chain[n - 2]
    return [p for p in before["parties"]
            if len(signers_with(before, p, valid_keys(chain[n - 1]) - keys)) < threshold(before, p)]
def counting_revocations(revs, chain):
    held, own = held_revocations(revs, chain)
    def counts(r):
        listed = r["key"] in owners(chain[-1])
        made = any(rests_on(chain, n, {r["key"]}) for n in range(r["roster"]["number"] + 1, len(chain) + 1))
        r["settled"] = not made and not listed
        return made or (holds(r, chain[-1], own) if listed else sealed(r, chain))
    return [r for r in held if counts(r)]
def doubted_rosters(revs, chain, statements):
    counting = counting_revocations(revs, chain) if chain else []
    revoked, doubted = {r["key"] for r in counting}, []
    for n in range(2, len(chain) + 1):
        of = owners(chain[n - 2])
        borne = {s["party"] for s in statements if s["roster"]["number"] >= n and s["key"] not in revoked
                 and of.get(s["key"]) == (s["party"], s["signer"])}
        gone = {r["key"] for r in counting if r["roster"]["number"] < n and r["party"] not in borne}
        doubted += [n] if rests_on(chain, n, gone) else []
    return doubted
# ---------------------------------------------------------------- statements
def fault_of(s, folder, version, chain, every, visit):
    """Why the statement is not accepted, or ""."""
    matrix, roster, after = folder["matrix"], named_roster(s, chain), s.get("after", [])
    what, of = s["decision"], s.get("of")
    if not s.get("valid", True):
        return "path, bytes, sentence or signature wrong"
    if roster is None:
        return "its roster is not complete"
    if owners(roster).get(s["key"]) != (s["party"], s["signer"]):
        return "its roster does not list the signer with the key"
    for field, right in (("matrix", matrix["digest"]), ("judged", folder["judged"]["digest"]),
                         ("effectiveFrom", matrix["effectiveFrom"])):
        if s.get(field, right) != right:
            return f"names another {field}"
    if s.get("previous") and order(s["previous"]["version"]) >= order(version):
        return "previous is not lower"
    for d in after:
        if not visit(d):
            return f"lists {d}, which is not accepted here"
        if moment(s["signedAt"]) < moment(every[d]["signedAt"]):
            return f"signedAt is before that of {d}"
    if what == "approve":
        if set(as_list(matrix["client"]) + as_list(matrix["provider"])) != set(roster["parties"]):
            return "parties of matrix and roster differ"
        if day_of(s) > matrix["effectiveFrom"] and not matrix.get("retroactive"):
            return "signed after effectiveFrom without retroactive"
    elif what == "withdraw":
        t = every[of] if of in after else {}
        if [t.get(f) for f in ("decision", "party", "signer")] != ["approve", s["party"], s["signer"]]:
            return "of is no listed approve of the same signer"
    elif what == "contest" and (of != matrix["digest"] or not s.get("reason")):
        return "contest without reason or of something else"
    return "" if what in ("approve", "acknowledge", "withdraw", "contest") else "unknown decision"
def accept(folder, version, chain):
    """-> ({digest: accepted statement}, {digest: why not})"""
    every, faults = {s["digest"]: s for s in folder["statements"]}, {}
    def visit(d):
        if d in every and d not in faults:
            faults[d] = "lists itself"  # stops a circle
            faults[d] = fault_of(every[d], folder, version, chain, every, visit)
        return faults.get(d) == ""
    return {d: s for d, s in every.items() if visit(d)}, {d: f for d, f in faults.items() if f}
def weigh(good, chain, revs):
    """digest -> (counts | questioned | no, rule)"""
    revoked, base, out = {r["key"] for r in revs}, {}, {}
    for d, s in good.items():
        n = s["roster"]["number"]
        if sealed(s, chain) or n == len(chain):
            base[d] = ("counts", "1")
        elif s["decision"] not in ("approve", "acknowledge"):
            base[d] = ("no", "2: older roster, not sealed")
        elif any(r["key"] == s["key"] and r["settled"] for r in revs):
            base[d] = ("no", "3: the revocation of its key is settled")
        elif same_parties(chain, n, len(chain)) and all(s["key"] in owners(r) for r in chain[n - 1:]):
            base[d] = ("counts", "3")
        else:
            base[d] = ("questioned", "3: parties changed or key dropped since its roster")
    for d, s in good.items():
        stood_by = all(d in r.get("standsBy", []) for r in revs if r["key"] == s["key"] and not r["settled"])
        confirmed = any(c["party"] == s["party"] and c["key"] not in revoked and base[e] == ("counts", "1")
                        and c["decision"] in ("approve", "acknowledge") and d in c.get("after", [])
                        for e, c in good.items())  # not revoked, hence another key
        doubtful = s["key"] in revoked and not sealed(s, chain) and not stood_by and not confirmed
        out[d] = ("questioned", "4: its key is revoked") if doubtful and base[d][0] != "no" else base[d]
    return out
# ---------------------------------------------------------------- ballots and days
def ballots(counted, chain):
    groups = {}
    for s in counted:  # an approve that is late can only be a last word
        if s["decision"] == "approve" and (sealed(s, chain) or s["roster"]["number"] == len(chain)):
            key = (s["roster"]["number"], json.dumps(s.get("previous"), sort_keys=True))
            groups.setdefault(key, []).append(s)
    return [ballot(n, json.loads(prev), group, counted, chain) for (n, prev), group in groups.items()]
def ballot(n, prev, approvals, counted, chain):
    R, words, party_day = chain[n - 1], {}, {}  # words: (party, roster) -> {signer: earliest day}
    def reached(party, among):
        return len({s["signer"] for s in among if s["party"] == party}) >= threshold(R, party)
    for s in counted:
        p, m = s["party"], s["roster"]["number"]
        fits = s.get("previous") == prev and m == n if s["decision"] == "approve" else \
            s["decision"] == "acknowledge" and m >= n and same_parties(chain, n, m)
        seen = [a for a in approvals if a["digest"] in s.get("after", [])]
        if fits and all(reached(q, seen) for q in R["parties"] if q != p):
            days = words.setdefault((p, m), {})
            days[s["signer"]] = min(day_of(s), days.get(s["signer"], "9999"))
    for (p, m), days in words.items():
        t = threshold(chain[m - 1], p)
        if len(days) >= t:
            party_day[p] = min(sorted(days.values())[t - 1], party_day.get(p, "9999"))
    short = [p for p in R["parties"] if not reached(p, approvals)]
    silent = [p for p in R["parties"] if p not in party_day]
    return {"roster": n, "previous": prev, "short": short, "silent": silent, "lastWord": party_day,
            "live": n == len(chain) or (not short and same_parties(chain, n, len(chain))),
            "day": None if short or silent else max(party_day.values())}
def begin_of(matrix, day):
    begin = matrix["effectiveFrom"] if matrix.get("retroactive") else max(day, matrix["effectiveFrom"])
    return begin if begin < (matrix.get("effectiveUntil") or "9999") else None
def read(tree, chain, every, with_questioned):
    """One reading: (id, version) -> how it stands."""
    out, work, reached = {}, {}, set()
    revs = counting_revocations(tree.get("revocations", []), every) if every else []
    for i, versions in tree["signoffs"].items():
        for v, folder in versions.items():
            good, bad = accept(folder, v, chain)
            work[i, v] = (folder["matrix"], good, bad, weigh(good, chain, revs))
    while True:  # rule 5, from below until nothing more is reached (U5)
        for key, (matrix, good, bad, weight) in work.items():
            ok = ("counts", "questioned") if with_questioned or key in reached else ("counts",)
            bs = ballots([s for d, s in good.items() if weight[d][0] in ok], chain)
            day = min((b["day"] for b in bs if b["day"]), default=None)
            out[key] = {"final": bool(day), "begin": begin_of(matrix, day) if day else None, "ballots": bs,
                        "good": good, "bad": bad, "weight": weight, "cleared": key in reached}
        prevs = [(i, b["previous"]) for (i, _), o in out.items() for b in o["ballots"] if b["day"]]
        now = {(i, p["version"]) for i, p in prevs if p and (i, p["version"]) in work
               and work[i, p["version"]][0]["digest"] == p["digest"]}
        if now <= reached:
            return out
        reached |= now
def begun(reading, key, day):
    return bool(reading[key]["begin"]) and reading[key]["begin"] <= day
def first(readings, key):  # the first day in some reading, and the one by which it has begun in every reading
    days = [r[key]["begin"] for r in readings]
    return min(filter(None, days), default=None), max(days) if all(days) else None
def replaced(tree, readings, i, v, day):
    """Whether another matrix ends this version on the day: (for certain, perhaps)."""
    surely = perhaps = False
    for wi, wv in readings[0]:
        names = as_list(tree["signoffs"][wi][wv]["matrix"].get("replaces"))
        if wi == i or not any(r["id"] == i and order(v) <= order(r["version"]) for r in names):
            continue
        possible, certain = first(readings, (wi, wv))
        higher = [first(readings, (wi, x)) for x in tree["signoffs"][wi] if order(x) > order(wv)]
        surely |= bool(certain) and certain <= day and not any(p and p <= certain for p, _ in higher)
        perhaps |= bool(possible) and possible <= day and not any(c and c <= possible for _, c in higher)
    return surely, perhaps
def answers(tree, readings, i, day):
    found = {}  # an ordered set
    for v in sorted(tree["signoffs"][i], key=order, reverse=True):
        inside = [r for r in readings if begun(r, (i, v), day)]
        until = tree["signoffs"][i][v]["matrix"].get("effectiveUntil")
        surely, perhaps = replaced(tree, readings, i, v, day)
        ended = bool(until and until <= day) or surely
        if inside:  # a version that has ended answers "nothing"
            found.update({} if ended else {v: True})
            found.update({"nothing": True} if ended or perhaps else {})
        if len(inside) == len(readings):
            return list(found)
    return list({**found, "nothing": True})

def verdict(rs, chain):
    """One version over all readings; rs[0] is: all rosters, without the questioned."""
    base, finals, bs = rs[0], [r["final"] for r in rs], [b for r in rs for b in r["ballots"]]
    live = sorted((b for b in base["ballots"] if b["live"]),
                  key=lambda b: (len(b["short"]), len(b["silent"]), -b["roster"]))
    waits = (live[0]["short"] or live[0]["silent"]) if live else chain[-1]["parties"] if chain else []
    rule5 = ", cleared by rule 5" if base["cleared"] else ""
    return {"standing": "final" if all(finals) else "in question" if any(finals) else
            "approved" if any(not b["short"] for b in bs) else "offered" if bs else "not standing",
            "begins": sorted({r["begin"] or "never" for r in rs}),
            "waitsFor": [] if base["final"] else sorted(waits),
            "notices": [f"{s['decision']} by {s['signer']} ({d})" for d, s in base["good"].items()
                        if s["decision"] in ("withdraw", "contest")],
            "reasons": [f"{d} not accepted: {x}" for d, x in base["bad"].items()]
            + [f"{d} {w}, rule {x}{rule5}" for d, (w, x) in base["weight"].items()]
            + [f"ballot on roster {b['roster']}: approvals missing {b['short']}, last word {b['lastWord']}"
               for b in base["ballots"]]}

def judge(tree):
    why, versions, signoffs = [], {}, tree["signoffs"]
    chain = complete_chain({int(n): r for n, r in tree["trust"].items()}, why)
    if tree.get("fingerprint") and tree["fingerprint"] not in [r["digest"] for r in chain]:
        why.append("the fingerprint is not in the chain: nothing counts")
        chain = []
    statements = [s for vs in signoffs.values() for v, f in vs.items() for s in accept(f, v, chain)[0].values()]
    doubted = doubted_rosters(tree.get("revocations", []), chain, statements)
    chains = [chain] + ([chain[:doubted[0] - 1]] if doubted else [])
    readings = [read(tree, c, chain, q) for c in chains for q in (False, True)]  # (U4)
    for i, v in sorted(readings[0], key=lambda k: (k[0], order(k[1]))):
        versions.setdefault(i, {})[v] = verdict([r[i, v] for r in readings], chain)
    force = {i: answers(tree, readings, i, tree["day"]) for i in sorted(signoffs)}
    return {"name": tree.get("name"), "exit": 5 if any(len(a) > 1 for a in force.values()) else 0,
            "inForce": {i: a[0] if len(a) == 1 else {"in question": a} for i, a in force.items()},
            "rosters": {"complete": list(range(1, len(chain) + 1)), "doubted": doubted, "reasons": why},
            "versions": versions}

def covers(want, got):
    return all(k in got and covers(v, got[k]) for k, v in want.items()) if isinstance(want, dict) else want == got

def self_test():
    """The worked examples of README.md: each ```json block is a tree with what to "expect"."""
    readme = Path(__file__).with_name("README.md").read_text()
    blocks = [json.loads(b) for b in re.findall(r"```json\n(.*?)```", readme, re.S)]
    failed = [b["name"] for b in blocks if not covers(b["expect"], judge(b))]
    print(f"{len(blocks)} examples, failed: {failed}")
    return 1 if failed or not blocks else 0
if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    for line in filter(str.strip, sys.stdin):
        print(json.dumps(judge(json.loads(line)), sort_keys=True))
