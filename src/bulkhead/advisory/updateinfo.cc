#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/advisory/errata.h"
#include "bulkhead/advisory/errata_release.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"

// updateinfo.xml, the errata of one repository of rpm packages, as Amazon Linux, AlmaLinux, Rocky,
// Oracle Linux, Red Hat, SUSE, Fedora and Bottlerocket publish it:
//
//   <updates><update from="..." type="security"><id/><title/><severity/><release/>
//     <issued date=""/><updated date=""/><description/>
//     <references><reference type="cve" id="" href="" title=""/></references>
//     <pkglist><collection short=""><name/><module name="" stream=""/>
//       <package name="" epoch="" version="" release="" arch=""/></collection></pkglist>
//   </update></updates>
//
// The release is told by what an erratum says of itself (errata_release.h), and the repository
// becomes the last part of the feed's name, so that importing one repository leaves the others.
// Errata that are not about security and name no CVE are counted.
//
// Source: https://github.com/rpm-software-management/createrepo_c (src/updateinfo.h),
// https://docs.fedoraproject.org (bodhi, "updateinfo.xml").
namespace bulkhead::advisory {
namespace {

using format::XmlAttribute;

// A kernel's description has some 300 KiB.
constexpr format::XmlLimits kXmlLimits = {.depth = 32, .attributes = 64, .text_bytes = 16 << 20};

std::string_view value_of(const std::vector<XmlAttribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &XmlAttribute::name);
  return found == attributes.end() ? std::string_view() : trim(found->value);
}

/// One erratum as it is read.
struct Update {
  Advisory advisory = {};
  std::string type = {};
  std::string from = {};
  std::string release = {};
  std::string summary = {};
  std::string collection = {};  // the first one's short name
  std::string reference_words = {};
  std::vector<ErrataPackage> packages = {};
  bool has_too_many = false;
};

class Reader final : public format::XmlSink {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> begin(std::string_view name, const std::vector<XmlAttribute>& attributes) override {
    ++depth_;
    if (depth_ == 2 && name == "update") {
      update_ = {};
      update_.type = to_lower(value_of(attributes, "type"));
      update_.from = value_of(attributes, "from");
    } else if (name == "issued") {
      update_.advisory.published_unix_s = parse_errata_time(value_of(attributes, "date"));
    } else if (name == "updated") {
      update_.advisory.modified_unix_s = parse_errata_time(value_of(attributes, "date"));
    } else if (name == "reference") {
      take_reference(attributes);
    } else if (name == "collection") {
      module_.clear();
      if (update_.collection.empty()) update_.collection = value_of(attributes, "short");
    } else if (name == "module") {
      const std::string_view stream = value_of(attributes, "stream");
      module_ = value_of(attributes, "name");
      if (!module_.empty() && !stream.empty()) module_.append(":").append(stream);
    } else if (name == "package") {
      take_package(attributes);
    }
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    --depth_;
    if (depth_ == 2) {
      const std::string_view value = trim(text);
      if (name == "id") update_.advisory.id = value;
      if (name == "title") update_.advisory.title = value;
      if (name == "summary") update_.summary = value;
      if (name == "description") update_.advisory.detail = value;
      if (name == "release") update_.release = value;
      if (name == "severity") {
        update_.advisory.severity = parse_severity(value).value_or(Severity::unknown);
      }
    }
    return depth_ == 1 && name == "update" ? finish() : Result<void>();
  }

  void tell() const { left_out_.tell("updateinfo", sink_); }

 private:
  void take_reference(const std::vector<XmlAttribute>& attributes) {
    const std::string_view href = value_of(attributes, "href");
    if (!href.empty()) update_.advisory.references.emplace_back(href);
    const std::string_view id = value_of(attributes, "id");
    if (auto cve = cve_of(id)) {
      update_.advisory.cves.push_back(std::move(*cve));
    } else {
      // Fedora names CVEs in the titles of bugs alone.
      update_.reference_words.append(value_of(attributes, "title")).append("\n");
    }
  }

  void take_package(const std::vector<XmlAttribute>& attributes) {
    if (update_.packages.size() == kMostErrataPackages) {
      update_.has_too_many = true;
      return;
    }
    update_.packages.push_back(
        {std::string(value_of(attributes, "name")),
         join_evr(value_of(attributes, "epoch"), value_of(attributes, "version"),
                  value_of(attributes, "release")),
         std::string(value_of(attributes, "arch")), module_});
  }

  void settle_cves() {
    std::vector<std::string>& cves = update_.advisory.cves;
    std::ranges::move(cves_in(update_.reference_words), std::back_inserter(cves));
    if (cves.empty() && update_.type == "security") {
      cves = cves_in(update_.advisory.title + "\n" + update_.advisory.detail);
    }
    keep_first_of_each(cves);
  }

  /// Versions are Bottlerocket's own ("1.16.1"), with a release of 0 that installed packages, which
  /// are of a commit ("763f6d4c"), do not have.
  void drop_releases() {
    for (ErrataPackage& package : update_.packages) {
      if (package.version.ends_with("-0")) package.version.resize(package.version.size() - 2);
    }
  }

  Result<void> finish() {
    Advisory& advisory = update_.advisory;
    if (advisory.id.empty()) {
      left_out_.add(Code::malformed, "an erratum has no id", advisory.title);
      return {};
    }
    settle_cves();
    if (update_.has_too_many) {
      left_out_.add(Code::limit_exceeded, "it has too many packages", advisory.id);
      return {};
    }
    const std::string_view version =
        update_.packages.empty() ? std::string_view() : update_.packages.front().version;
    const auto release = release_of_errata(
        {advisory.id, update_.from, update_.release, update_.collection, version});
    if (!release) {
      left_out_.add(release.error(), advisory.id);
      return {};
    }
    FeedKey feed{"updateinfo/" + release->ecosystem, release->ecosystem};
    if (!release->part.empty()) feed.name += "/" + release->part;
    if (update_.type != "security" && advisory.cves.empty()) {
      left_out_.add(Code::unsupported, "bug fixes and enhancements", advisory.id);
      return {};
    }
    const auto is_bad = [](const ErrataPackage& package) {
      return package.name.empty() || package.version.empty() || package.version.starts_with('-');
    };
    if (std::erase_if(update_.packages, is_bad) != 0) {
      left_out_.add(Code::malformed, "a package has no name or version", advisory.id);
    }
    if (release->ecosystem == "Bottlerocket") drop_releases();
    advisory.affected = affected_by(update_.packages, release->ecosystem, advisory.severity);
    if (advisory.affected.empty()) {
      left_out_.add(Code::unsupported, "it names no package to install", advisory.id);
      return {};
    }
    if (advisory.title.empty()) advisory.title = update_.summary;
    if (advisory.modified_unix_s == 0) advisory.modified_unix_s = advisory.published_unix_s;
    return sink_.add(feed, advisory);
  }

  RecordSink& sink_;
  int depth_ = 0;  // open elements
  Update update_ = {};
  std::string module_;  // of the collection that is open
  LeftOut left_out_ = {};
};

class Nothing final : public format::XmlSink {
  Result<void> begin(std::string_view, const std::vector<XmlAttribute>&) override { return {}; }
  Result<void> end(std::string_view, std::string_view) override { return {}; }
};

Result<void> parse(std::string_view text, format::XmlSink& sink) {
  format::XmlReader xml(sink, kXmlLimits);
  BH_CHECK(xml.feed(text));
  return xml.finish();
}

}  // namespace

bool is_updateinfo(const Document& document) { return document.root == "updates"; }

Result<void> read_updateinfo(const Document& document, RecordSink& sink) {
  // A file that is cut must give nothing rather than a part, so it is walked through before.
  Nothing nothing;
  BH_CHECK(parse(document.text, nothing));
  Reader reader(sink);
  BH_CHECK(parse(document.text, reader));
  reader.tell();
  return {};
}

}  // namespace bulkhead::advisory
