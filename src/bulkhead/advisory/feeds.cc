#include "bulkhead/advisory/feeds.h"

#include <algorithm>

#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/set_aside.h"

namespace bulkhead::advisory {
namespace {

// name, description, is_whole_feed, recognise, read
constexpr FeedFormat kFormats[] = {
    {"alma-errata", "AlmaLinux's errata, JSON", false, is_alma_errata, read_alma_errata},
    {"alpine-secdb", "Alpine, Wolfi and Chainguard security databases, JSON and YAML", true,
     is_alpine_secdb, read_alpine_secdb},
    {"arch", "The groups of Arch Linux's security tracker", true, is_arch, read_arch},
    {"bodhi", "Fedora's updates as Bodhi answers, JSON", false, is_bodhi, read_bodhi},
    {"cisa-kev", "CISA's catalogue of known exploited vulnerabilities", true, is_cisa_kev,
     read_cisa_kev},
    {"csaf", "CSAF 2.0 advisories and VEX of Red Hat, SUSE and openEuler", false, is_csaf,
     read_csaf},
    {"cvrf", "CVRF 1.1 and 1.2 advisories of Red Hat, SUSE and openEuler", false, is_cvrf,
     read_cvrf},
    {"debian-dsa", "Debian's lists of advisories: DSA, DLA and DTSA", false, is_debian_list,
     read_debian_list},
    {"debian-tracker", "The Debian security tracker's JSON export", true, is_debian_tracker,
     read_debian_tracker},
    {"endoflife", "endoflife.date's days of distributions", false, is_endoflife, read_endoflife},
    {"epss", "FIRST's scores of exploitation, CSV", true, is_epss, read_epss},
    {"gitlab", "GitLab's advisories about language packages, YAML", false, is_gitlab, read_gitlab},
    {"nvd", "The National Vulnerability Database's scores, 2.0 and 1.1", false, is_nvd, read_nvd},
    {"osv", "OSV records of any ecosystem", false, is_osv, read_osv},
    {"oval", "OVAL definitions of Linux distributions", true, is_oval, read_oval},
    {"photon", "Photon OS's lists of CVEs, JSON", true, is_photon, read_photon},
    {"red-hat-cve", "CVEs of Red Hat's Security Data API", false, is_red_hat_cve, read_red_hat_cve},
    {"rocky-errata", "Pages of Rocky Linux's errata service, JSON", false, is_rocky_errata,
     read_rocky_errata},
    {"ubuntu-cve", "CVEs of Ubuntu's security interface", false, is_ubuntu_cve, read_ubuntu_cve},
    {"ubuntu-tracker", "The files of Ubuntu's CVE tracker", false, is_ubuntu_tracker,
     read_ubuntu_tracker},
    {"ubuntu-usn", "Ubuntu's security notices: the interface's and the database", false,
     is_ubuntu_usn, read_ubuntu_usn},
    {"ubuntu-vex", "Canonical's OpenVEX documents", false, is_ubuntu_vex, read_ubuntu_vex},
    {"updateinfo", "updateinfo.xml, the errata of a repository of rpm packages", false,
     is_updateinfo, read_updateinfo},
};

std::string_view skip_lead(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

bool has_all(const std::vector<JsonMember>& members, std::initializer_list<std::string_view> keys) {
  return std::ranges::all_of(keys, [&](std::string_view key) {
    return std::ranges::find(members, key, &JsonMember::key) != members.end();
  });
}

/// By a text's first bytes. Debian's lists of advisories begin with a date in square brackets.
DocumentKind kind_of(std::string_view lead) {
  if (lead.starts_with('{')) return DocumentKind::json_object;
  if (lead.starts_with('<')) return DocumentKind::xml;
  if (lead.starts_with('[')) {
    const std::string_view first = skip_lead(lead.substr(1));
    if (!first.empty() && std::string_view("{[]\"").contains(first[0])) {
      return DocumentKind::json_array;
    }
  }
  return DocumentKind::text;
}

/// The local name of an XML document's first element; empty where there is none. Declarations,
/// comments and a document type before it are passed over (XML 1.0, 2.8).
std::string_view root_of(std::string_view text) {
  constexpr std::string_view kSkipped[][2] = {{"<?", "?>"}, {"<!--", "-->"}, {"<!", ">"}};
  for (;;) {
    text = skip_lead(text);
    if (!text.starts_with('<')) return {};
    const auto* skipped =
        std::ranges::find_if(kSkipped, [&](const auto& pair) { return text.starts_with(pair[0]); });
    if (skipped == std::end(kSkipped)) break;
    const std::size_t end = text.find((*skipped)[1], (*skipped)[0].size());
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + (*skipped)[1].size());
  }
  const std::string_view name = text.substr(1, text.find_first_of(" \t\r\n/>", 1) - 1);
  return name.substr(name.find(':') + 1);
}

}  // namespace

const JsonMember* Document::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &JsonMember::key);
  return found == members.end() ? nullptr : &*found;
}

bool Document::has(std::initializer_list<std::string_view> keys) const {
  return is_object() && has_all(members, keys);
}

bool Document::is_list_of(std::initializer_list<std::string_view> keys) const {
  if (elements.empty() || !elements.front().starts_with('{')) return false;
  const auto first = outline_json(elements.front());
  return first && has_all(*first, keys);
}

bool may_be_document(std::string_view head) {
  const std::string_view lead = skip_lead(head);
  switch (kind_of(lead)) {
    case DocumentKind::json_object:
    case DocumentKind::json_array:
      return true;
    case DocumentKind::xml:
      return root_of(lead) != "html";
    case DocumentKind::text:
      return is_secdb_yaml(lead) || is_epss_csv(lead) || is_endoflife_page(lead) ||
             is_debian_list_text(lead) || is_gitlab_yaml(lead) || is_ubuntu_tracker_text(lead) ||
             is_set_aside_text(lead);
  }
  return false;
}

Result<Document> open_document(std::string_view text) {
  const std::string_view lead = skip_lead(text);
  Document document{.text = text, .kind = kind_of(lead)};
  switch (document.kind) {
    case DocumentKind::json_object: {
      BH_TRY(document.members, outline_json(text));
      break;
    }
    case DocumentKind::json_array: {
      BH_TRY(document.elements, outline_json_array(text));
      break;
    }
    case DocumentKind::xml:
      document.root = root_of(lead);
      break;
    case DocumentKind::text:
      break;
  }
  return document;
}

std::span<const FeedFormat> feed_formats() { return kFormats; }

const FeedFormat* find_format(const Document& document) {
  const auto* found =
      std::ranges::find_if(kFormats, [&](const FeedFormat& f) { return f.recognise(document); });
  return found == std::end(kFormats) ? nullptr : found;
}

}  // namespace bulkhead::advisory
