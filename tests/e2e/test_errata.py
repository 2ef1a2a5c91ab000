"""One erratum of each vendor gives the right findings: from its own format to the report."""

import json
import unittest

import alma_oracle
import fixtures
import support
from feed_server import updateinfo

VENDORS = {"amzn": "Amazon Linux", "almalinux": "AlmaLinux", "fedora": "Fedora Project",
           "photon": "VMware, Inc.", "rocky": "Rocky Enterprise Software Foundation"}


def erratum(identity, collection, *packages, cve="CVE-2024-1000", release="", module=""):
    """One <update>: packages are (name, epoch, version, release, arch)."""
    rows = "".join(f'<package name="{n}" epoch="{e}" version="{v}" release="{r}" arch="{a}"/>'
                   for n, e, v, r, a in packages)
    return (f'<update type="security"><id>{identity}</id><title>t</title><release>{release}'
            f'</release><severity>Important</severity><references><reference id="{cve}" '
            f'type="cve"/></references><pkglist><collection short="{collection}">{module}{rows}'
            f'</collection></pkglist></update>')


class ErrataTest(unittest.TestCase):
    def setUp(self):
        self.folder = support.temporary_folder(self)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def updates(self, *errata):
        return self.write("updateinfo.xml", f"<updates>{''.join(errata)}</updates>")

    def scan(self, os_id, version, packages, *data):
        """{(package, rule, severity, fixed version, confidence)} of an image with these packages:
        {name: version} or [(name, version, module)]."""
        root = self.folder / "root"
        (root / "etc").mkdir(parents=True)
        (root / "etc/os-release").write_text(f'ID={os_id}\nVERSION_ID="{version}"\n')
        (root / "var/lib/rpm").mkdir(parents=True)
        rows = packages if isinstance(packages, list) else [(n, v, "") for n, v in packages.items()]
        alma_oracle.write_database(root / "var/lib/rpm/rpmdb.sqlite", [
            {"name": n, "version": v, "module": m, "vendor": VENDORS[os_id]} for n, v, m in rows])
        fixtures.import_data(self.folder / "db", *data)
        run = support.scan(f"dir:{root}", "--db", self.folder / "db")
        self.assertEqual(run.code, 0, run)
        return {(package["name"], finding["rule"], finding["severity"],
                 finding.get("fixed_version"), finding["confidence"])
                for package, finding in fixtures.vulnerabilities(run.json())}

    def test_amazon_linux_2_with_extras_and_live_patches(self):
        data = self.updates(
            erratum("ALAS2-2024-1", "amazon-linux-2", ("curl", 0, "8.3.0", "2.amzn2", "x86_64"),
                    ("kernel", 0, "4.14.330", "250.amzn2", "x86_64")),
            erratum("ALAS2KERNEL-5.15-2024-1", "amazon-linux-2---kernel-5.15",
                    ("kernel", 0, "5.15.140", "90.amzn2", "x86_64"), cve="CVE-2024-2000"),
            erratum("ALAS2LIVEPATCH-2024-1", "amazon-linux-2---livepatch",
                    ("kernel-livepatch-4.14.320-240", 0, "1.0", "2.amzn2", "x86_64"),
                    cve="CVE-2024-3000"))
        found = self.scan("amzn", "2", {
            "curl": "8.2.0-1.amzn2", "kernel": "4.14.330-250.amzn2",
            "kernel-livepatch-4.14.320-240": "1.0-1.amzn2"}, data)
        self.assertEqual(found, {
            ("curl", "CVE-2024-1000", "high", "8.3.0-2.amzn2", "certain"),
            ("kernel-livepatch-4.14.320-240", "CVE-2024-3000", "high", "1.0-2.amzn2", "certain")})

    def test_amazon_linux_2_on_a_kernel_of_an_extra(self):
        data = self.updates(
            erratum("ALAS2KERNEL-5.15-2024-1", "amazon-linux-2---kernel-5.15",
                    ("kernel", 0, "5.15.140", "90.amzn2", "x86_64"), cve="CVE-2024-2000"))
        found = self.scan("amzn", "2", {"kernel": "5.15.43-20.amzn2"}, data)
        self.assertEqual(found, {("kernel", "CVE-2024-2000", "high", "5.15.140-90.amzn2",
                                  "certain")})

    def test_amazon_linux_2023_and_1(self):
        for version, identity, collection, tag in (
                ("2023", "ALAS2023-2024-1", "amazon-linux-2023", "amzn2023"),
                ("2018.03", "ALAS-2024-1", "amazon-linux-ami", "amzn1")):
            with self.subTest(version):
                self.folder = support.temporary_folder(self)
                data = self.write("u.xml", updateinfo(
                    {identity: ("curl", "8.3.0", f"2.{tag}", "CVE-2024-1000")}, collection))
                found = self.scan("amzn", version, {"curl": f"8.3.0-1.{tag}"}, data)
                self.assertEqual(found, {("curl", "CVE-2024-1000", "high", f"8.3.0-2.{tag}",
                                          "certain")})

    def test_almalinux_by_updateinfo_with_a_module(self):
        data = self.updates(
            erratum("ALSA-2024:1", "almalinux-9-for-x86_64-appstream-rpms__9_default",
                    ("nodejs", 1, "18.20.0", "1.module_el9.3.0+1+2", "x86_64"),
                    module='<module name="nodejs" stream="18"/>'))
        found = self.scan("almalinux", "9.3", [
            ("nodejs", "1:18.10.0-1.module_el9.3.0+1+1", "nodejs:18"),
            ("nodejs-of-20", "1:18.10.0-1.module_el9.3.0+1+1", "nodejs:20")], data)
        self.assertEqual(found, {("nodejs", "CVE-2024-1000", "high",
                                  "1:18.20.0-1.module_el9.3.0+1+2", "certain")})

    def test_almalinux_by_its_errata(self):
        data = self.write("errata.json", json.dumps({"data": [{
            "id": "ALSA-2024:1", "type": "security", "severity": "Moderate", "title": "t",
            "issued_date": 1700000000, "packages": [
                {"name": "curl", "epoch": "0", "version": "7.76.1", "release": "29.el9",
                 "arch": arch} for arch in ("x86_64", "aarch64", "src")],
            "references": [{"id": "CVE-2024-1000", "type": "cve"}]}]}))
        found = self.scan("almalinux", "9.3", {"curl": "7.76.1-26.el9"}, data)
        self.assertEqual(found, {("curl", "CVE-2024-1000", "medium", "7.76.1-29.el9", "certain")})

    def test_rocky_by_both(self):
        page = self.write("page.json", json.dumps({"advisories": [{
            "name": "RLSA-2024:2", "synopsis": "s", "kind": "Security", "severity": "Critical",
            "cves": [{"cve": "CVE-2024-2000"}], "packages": [
                {"nevra": f"xz-0:5.2.5-8.el9_0.{arch}.rpm", "product_name": f"Rocky Linux 9 {arch}"}
                for arch in ("x86_64", "aarch64")]}]}))
        data = self.updates(erratum("RLSA-2024:1", "rocky-linux-9-x86-64-baseos-rpms",
                                    ("xz", 0, "5.2.5", "7.el9_0", "x86_64"),
                                    release="Rocky Linux 9"))
        found = self.scan("rocky", "9.3", {"xz": "5.2.5-5.el9"}, data, page)
        self.assertEqual(found, {("xz", "CVE-2024-1000", "high", "5.2.5-7.el9_0", "certain"),
                                 ("xz", "CVE-2024-2000", "critical", "5.2.5-8.el9_0", "certain")})

    def test_fedora_by_both(self):
        data = self.updates(erratum("FEDORA-2024-1", "F40", ("curl", 0, "8.6.0", "8.fc40", "x86_64"),
                                    release="Fedora 40"))
        answer = self.write("bodhi.json", json.dumps([{
            "alias": "FEDORA-2024-2", "type": "security", "status": "stable", "severity": "low",
            "title": "curl-8.6.0-7.fc40", "notes": "n", "release": {"version": "40"},
            "bugs": [{"title": "CVE-2024-2000 curl: x [fedora-40]"}],
            "builds": [{"nvr": "curl-8.6.0-7.fc40", "epoch": 0, "type": "rpm"}]}]))
        found = self.scan("fedora", "40", {"curl": "8.6.0-6.fc40"}, data, answer)
        self.assertEqual(found, {("curl", "CVE-2024-1000", "high", "8.6.0-8.fc40", "certain"),
                                 ("curl", "CVE-2024-2000", "low", "8.6.0-7.fc40", "certain")})

    def test_photon(self):
        rows = [("CVE-2024-1000", "8.1-2.ph5", "Fixed"), ("CVE-2024-2000", "8.0-1.ph5", "Fixed"),
                ("CVE-2024-3000", "NA", "Not Affected")]
        data = self.write("photon.json", json.dumps([
            {"cve_id": cve, "pkg": "curl", "cve_score": 9.8, "aff_ver": "NA", "res_ver": fixed,
             "status": status} for cve, fixed, status in rows]))
        found = self.scan("photon", "5.0", {"curl": "8.1-1.ph5"}, data)
        self.assertEqual(found, {("curl", "CVE-2024-1000", "critical", "8.1-2.ph5", "certain")})


if __name__ == "__main__":
    support.main()
