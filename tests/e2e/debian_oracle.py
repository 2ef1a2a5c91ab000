"""What a scan of Debian packages must find, worked out without any code of bulkhead's.

Versions are ordered by `dpkg --compare-versions`; the meaning of the security tracker's words is
that of https://security-team.debian.org/security_tracker.html.
"""

import collections
import functools
import subprocess

import support

Installed = collections.namedtuple("Installed", "name version source source_version")
Expected = collections.namedtuple("Expected", "fixed_version fix_state severity confidence")


def installed_of_status(text):
    """The installed packages of a dpkg status file."""
    packages = []
    for stanza in text.split("\n\n"):
        fields = {}
        for line in stanza.splitlines():
            if line[:1] not in (" ", "\t") and ":" in line:
                key, value = line.split(":", 1)
                fields[key.lower()] = value.strip()
        if not fields.get("status", "").endswith(" installed"):
            continue
        source, _, version = fields.get("source", fields["package"]).partition(" ")
        packages.append(Installed(fields["package"], fields["version"], source,
                                  version.strip("()") or fields["version"]))
    return packages


@functools.lru_cache(maxsize=None)
def is_below(version, fixed):
    """dpkg's own word on `version` < `fixed`."""
    return subprocess.run([support.tool("dpkg"), "--compare-versions", version, "lt", fixed],
                          check=False).returncode == 0


def severity_of(urgency):
    word = urgency.rstrip("*")
    return {"unimportant": "negligible", "low": "low", "medium": "medium",
            "high": "high"}.get(word, "unknown")


def verdict(entry, version):
    """What one entry of the tracker says of a source version: an Expected, or None."""
    severity = severity_of(entry.get("urgency", ""))
    if entry["status"] == "undetermined":
        return Expected(None, "unknown", severity, "possible")
    if entry["status"] == "resolved":
        fixed = entry["fixed_version"]
        if fixed == "0" or not is_below(version, fixed):
            return None
        return Expected(fixed, "fixed", severity, "certain")
    state = "not_fixed"
    if entry.get("urgency") == "end-of-life":
        state = "end_of_life"
    elif entry.get("nodsa_reason") == "ignored":
        state = "will_not_fix"
    elif "nodsa" in entry:
        state = "deferred"
    return Expected(None, state, severity, "certain")


def expected(tracker, codename, installed):
    """{(package, version, id): Expected} for a whole tracker export and one release."""
    want = {}
    for package in installed:
        for name, cve in tracker.get(package.source, {}).items():
            entry = cve["releases"].get(codename)
            verdict_of_it = entry and verdict(entry, package.source_version)
            if verdict_of_it:
                want[(package.name, package.version, name)] = verdict_of_it
    return want


def reported(report):
    """The same of a report."""
    by_id = {package["id"]: package for package in report["packages"]}
    got = {}
    for finding in report["findings"]:
        if finding["kind"] != "vulnerability":
            continue
        package = by_id[finding["package"]]
        key = (package["name"], finding["installed_version"], finding["rule"])
        assert key not in got, f"twice: {key}"
        got[key] = Expected(finding.get("fixed_version"), finding["fix_state"],
                            finding["severity"], finding["confidence"])
    return got


def without_epoch(version):
    return version.split(":", 1)[-1]


def entries_for(version):
    """Entries of every kind about one source version."""
    resolved = {"status": "resolved", "repositories": {}}
    fixes = [version, version + "~", version + "~bpo11+1", version + "+deb99u1", version + "a",
             version + "-1", "99:0", "0~", "0", without_epoch(version),
             without_epoch(version) + "+really", "1:" + without_epoch(version),
             "9999~rc1-1", version.rsplit("-", 1)[0], version.rsplit("-", 1)[0] + "-0",
             version.rsplit("-", 1)[0] + "-999"]
    urgencies = ["not yet assigned", "unimportant", "low", "medium", "high", "medium**", "low*"]
    for number, fixed in enumerate(fixes):
        yield {**resolved, "fixed_version": fixed, "urgency": urgencies[number % len(urgencies)]}
    still_open = {"status": "open", "repositories": {}}
    for urgency in (*urgencies, "end-of-life"):
        yield {**still_open, "urgency": urgency}
    for reason in ("ignored", "postponed", ""):
        yield {**still_open, "urgency": "low", "nodsa": "Minor issue", "nodsa_reason": reason}
    yield {**still_open, "urgency": "not yet assigned", "nodsa": "Minor issue"}
    yield {**resolved, "fixed_version": version + "+deb99u2", "urgency": "low",
           "nodsa": "Minor issue", "nodsa_reason": "postponed"}
    for urgency in ("not yet assigned", "high"):
        yield {"status": "undetermined", "urgency": urgency, "repositories": {}}


def make_tracker(installed, codename, other_codename):
    """A tracker export about the packages' own sources: a third of the kinds of entries for each.

    The other release says the opposite, and a source that is not installed has everything.
    """
    tracker = {}
    number = 0
    sources = sorted({(package.source, package.source_version) for package in installed})
    for place, (source, version) in enumerate(sources):
        cves = tracker.setdefault(source, {})
        for kind, entry in enumerate(entries_for(version)):
            if kind % 3 != place % 3:
                continue
            number += 1
            name = f"CVE-2024-{10000 + number}" if number % 17 else f"TEMP-0{number:06d}-ABCDEF"
            cves[name] = {"description": f"number {number}", "scope": "remote",
                          "releases": {codename: entry}}
            if number % 2:
                cves[name]["releases"][other_codename] = {
                    "status": "open", "urgency": "high", "repositories": {}}
        number += 1
        cves[f"CVE-2024-{10000 + number}"] = {
            "releases": {other_codename: {"status": "open", "urgency": "high"}}}
    tracker["nobody-has-this"] = {
        f"CVE-2023-{10000 + n}": {"releases": {codename: entry}}
        for n, entry in enumerate(entries_for("1.0-1"))}
    return tracker
