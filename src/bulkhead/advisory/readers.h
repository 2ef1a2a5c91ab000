#pragma once

#include "bulkhead/advisory/feeds.h"

// The readers that the table in feeds.cc names; each is told in its own source.
namespace bulkhead::advisory {

bool is_alma_errata(const Document& document);
Result<void> read_alma_errata(const Document& document, RecordSink& sink);

bool is_arch(const Document& document);
Result<void> read_arch(const Document& document, RecordSink& sink);

bool is_bodhi(const Document& document);
Result<void> read_bodhi(const Document& document, RecordSink& sink);

bool is_photon(const Document& document);
Result<void> read_photon(const Document& document, RecordSink& sink);

bool is_rocky_errata(const Document& document);
Result<void> read_rocky_errata(const Document& document, RecordSink& sink);

bool is_updateinfo(const Document& document);
Result<void> read_updateinfo(const Document& document, RecordSink& sink);

bool is_csaf(const Document& document);
Result<void> read_csaf(const Document& document, RecordSink& sink);

bool is_cvrf(const Document& document);
Result<void> read_cvrf(const Document& document, RecordSink& sink);

/// Does a text begin as an advisory of GitLab's does?
bool is_gitlab_yaml(std::string_view text);
bool is_gitlab(const Document& document);
Result<void> read_gitlab(const Document& document, RecordSink& sink);

bool is_nvd(const Document& document);
Result<void> read_nvd(const Document& document, RecordSink& sink);

bool is_oval(const Document& document);
Result<void> read_oval(const Document& document, RecordSink& sink);

bool is_osv(const Document& document);
Result<void> read_osv(const Document& document, RecordSink& sink);

/// Does a text begin as the database's YAML files do?
bool is_secdb_yaml(std::string_view text);
bool is_alpine_secdb(const Document& document);
Result<void> read_alpine_secdb(const Document& document, RecordSink& sink);

/// Does a text begin as a list of Debian's advisories?
bool is_debian_list_text(std::string_view text);
bool is_debian_list(const Document& document);
Result<void> read_debian_list(const Document& document, RecordSink& sink);

bool is_debian_tracker(const Document& document);
Result<void> read_debian_tracker(const Document& document, RecordSink& sink);

/// Is a text a page of endoflife.date's repository?
bool is_endoflife_page(std::string_view text);
bool is_endoflife(const Document& document);
Result<void> read_endoflife(const Document& document, RecordSink& sink);

/// Does a text begin as a table of EPSS scores does?
bool is_epss_csv(std::string_view text);
bool is_epss(const Document& document);
Result<void> read_epss(const Document& document, RecordSink& sink);

bool is_cisa_kev(const Document& document);
Result<void> read_cisa_kev(const Document& document, RecordSink& sink);

bool is_red_hat_cve(const Document& document);
Result<void> read_red_hat_cve(const Document& document, RecordSink& sink);

/// CVEs of Ubuntu's security interface.
bool is_ubuntu_cve(const Document& document);
Result<void> read_ubuntu_cve(const Document& document, RecordSink& sink);

/// Does a text begin as a file of Ubuntu's CVE tracker does?
bool is_ubuntu_tracker_text(std::string_view text);
bool is_ubuntu_tracker(const Document& document);
Result<void> read_ubuntu_tracker(const Document& document, RecordSink& sink);

bool is_ubuntu_usn(const Document& document);
Result<void> read_ubuntu_usn(const Document& document, RecordSink& sink);

bool is_ubuntu_vex(const Document& document);
Result<void> read_ubuntu_vex(const Document& document, RecordSink& sink);

}  // namespace bulkhead::advisory
