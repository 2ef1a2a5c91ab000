#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/format/xml.h"
#include "bulkhead/format/yaml.h"
#include "bulkhead/pending/index_rows.h"
#include "bulkhead/pending/options.h"

namespace bulkhead::pending {
namespace {

// Descriptions and change logs; the longest of Fedora has some 200 KiB.
constexpr std::size_t kMostXmlText = 8 << 20;
constexpr std::size_t kMostXmlAttributes = 64;
// One stream of a module with all of its rpms; the largest have some 200 KiB.
constexpr std::size_t kMostModuleBytes = 4 << 20;

std::string_view attribute(const std::vector<format::XmlAttribute>& attributes,
                           std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &format::XmlAttribute::name);
  return found == attributes.end() ? std::string_view() : found->value;
}

/// Reads XML whose root is `root` into a sink of ours.
class XmlRows : public IndexReader, protected format::XmlSink {
 public:
  Result<void> data(ByteView chunk) final { return reader_.feed(as_text(chunk)); }
  Result<void> end() final { return reader_.finish(); }

 protected:
  explicit XmlRows(RowSink& sink)
      : sink_(sink),
        reader_(*this, {.attributes = kMostXmlAttributes, .text_bytes = kMostXmlText}) {}

  RowSink& sink_;

 private:
  Result<void> end(std::string_view name, std::string_view text) override = 0;

  format::XmlReader reader_;
};

class PrimaryReader final : public XmlRows {
 public:
  explicit PrimaryReader(RowSink& sink) : XmlRows(sink) {}

 private:
  Result<void> begin(std::string_view name,
                     const std::vector<format::XmlAttribute>& attributes) override {
    ++depth_;
    if (depth_ == 1 && name != "metadata") {
      return fail(Code::malformed, "rpm primary: its first element is not metadata");
    }
    if (depth_ == 2) offer_ = {};
    if (depth_ == 3 && name == "version") {
      offer_.version = rpm_version(attribute(attributes, "epoch"), attribute(attributes, "ver"),
                                   attribute(attributes, "rel"));
    }
    return {};
  }

  Result<void> end(std::string_view name, std::string_view text) override {
    --depth_;
    if (depth_ == 2 && name == "name") offer_.name = trim(text);
    if (depth_ == 2 && name == "arch") offer_.architecture = trim(text);
    if (depth_ != 1 || name != "package") return {};
    sink_.add_record();
    if (offer_.name.empty() || offer_.version.empty() || offer_.architecture.empty()) {
      sink_.add_bad();
      return {};
    }
    if (offer_.architecture == "src" || offer_.architecture == "nosrc") return {};
    return sink_.add(std::exchange(offer_, {}));
  }

  std::size_t depth_ = 0;
  Offer offer_ = {};
};

class UpdateinfoReader final : public XmlRows {
 public:
  explicit UpdateinfoReader(RowSink& sink) : XmlRows(sink) {}

 private:
  Result<void> begin(std::string_view name,
                     const std::vector<format::XmlAttribute>& attributes) override {
    if (++depth_ == 1) {
      // An empty one of SUSE's has a root of its own.
      if (name != "updates" && name != "updateinfo") {
        return fail(Code::malformed, "rpm updateinfo: its first element is not updates");
      }
    }
    if (depth_ == 2) {
      is_security_ = attribute(attributes, "type") == "security";
      sink_.add_record();
    }
    if (name != "package" || depth_ < 4 || !is_security_) return {};
    Offer offer;
    offer.name = attribute(attributes, "name");
    offer.architecture = attribute(attributes, "arch");
    offer.version = rpm_version(attribute(attributes, "epoch"), attribute(attributes, "version"),
                                attribute(attributes, "release"));
    offer.is_security = offer.is_notice = true;
    if (offer.name.empty() || offer.version.empty()) {
      sink_.add_bad();
      return {};
    }
    return sink_.add(std::move(offer));
  }

  Result<void> end(std::string_view, std::string_view) override {
    --depth_;
    return {};
  }

  std::size_t depth_ = 0;
  bool is_security_ = false;
};

/// "NAME-EPOCH:VERSION-RELEASE.ARCH" taken apart; nothing where it is none.
std::optional<Offer> parse_nevra(std::string_view text) {
  const std::size_t dot = text.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  Offer offer;
  offer.architecture = text.substr(dot + 1);
  text = text.substr(0, dot);
  const std::size_t release = text.rfind('-');
  if (release == std::string_view::npos || release == 0) return std::nullopt;
  const std::size_t version = text.rfind('-', release - 1);
  if (version == std::string_view::npos || version == 0) return std::nullopt;
  offer.name = text.substr(0, version);
  std::string_view number = text.substr(version + 1, release - version - 1);
  std::string_view epoch;
  if (const std::size_t colon = number.find(':'); colon != std::string_view::npos) {
    epoch = number.substr(0, colon);
    number.remove_prefix(colon + 1);
  }
  offer.version = rpm_version(epoch, number, text.substr(release + 1));
  return offer;
}

/// Cuts the stream into its documents and reads each by itself.
class ModulesReader final : public IndexReader {
 public:
  explicit ModulesReader(RowSink& sink) : sink_(sink) {}

  Result<void> data(ByteView chunk) override {
    for (std::string_view rest = as_text(chunk); !rest.empty();) {
      const std::size_t end = rest.find('\n');
      const std::string_view part = rest.substr(0, end);
      if (line_.size() + part.size() > kMostModuleBytes) {
        return fail(Code::limit_exceeded, "rpm modules: a line is too long");
      }
      line_ += part;
      if (end == std::string_view::npos) break;
      rest.remove_prefix(end + 1);
      BH_CHECK(take_line_of_document());
    }
    return {};
  }

  Result<void> end() override {
    if (!line_.empty()) BH_CHECK(take_line_of_document());
    return take_document();
  }

 private:
  Result<void> take_line_of_document() {
    const std::string line = std::exchange(line_, {});
    if (line == "---" || line == "..." || line == "---\r" || line == "...\r") {
      return take_document();
    }
    if (is_too_long_) return {};
    if (document_.size() + line.size() + 1 > kMostModuleBytes) {
      is_too_long_ = true;
      document_ = std::string();
      return {};
    }
    document_.append(line).push_back('\n');
    return {};
  }

  Result<void> take_document() {
    const std::string text = std::exchange(document_, {});
    if (std::exchange(is_too_long_, false)) {
      sink_.add_bad();
      return {};
    }
    if (trim(text).empty()) return {};
    sink_.add_record();
    const Result<format::YamlNode> root = format::parse_yaml(text);
    if (!root) {
      sink_.add_bad();
      return {};
    }
    const format::YamlNode* kind = root->find("document");
    const format::YamlNode* data = root->find("data");
    if (kind == nullptr || data == nullptr || kind->text != "modulemd") return {};
    const format::YamlNode* name = data->find("name");
    const format::YamlNode* stream = data->find("stream");
    const format::YamlNode* artifacts = data->find("artifacts");
    if (name == nullptr || stream == nullptr) {
      sink_.add_bad();
      return {};
    }
    const format::YamlNode* rpms = artifacts == nullptr ? nullptr : artifacts->find("rpms");
    if (rpms == nullptr) return {};
    for (const format::YamlNode& rpm : rpms->items) {
      std::optional<Offer> offer = parse_nevra(rpm.text);
      if (!offer) {
        sink_.add_bad();
        continue;
      }
      offer->module = name->text + ":" + stream->text;
      BH_CHECK(sink_.add(*std::move(offer)));
    }
    return {};
  }

  RowSink& sink_;
  std::string line_ = {};
  std::string document_ = {};
  bool is_too_long_ = false;
};

}  // namespace

std::string rpm_version(std::string_view epoch, std::string_view version,
                        std::string_view release) {
  if (version.empty()) return {};
  std::string text;
  if (!epoch.empty() && epoch != "0") text = fmt::format("{}:", epoch);
  text += version;
  if (!release.empty()) text += fmt::format("-{}", release);
  return text;
}

std::unique_ptr<IndexReader> read_rpm_primary(RowSink& sink) {
  return std::make_unique<PrimaryReader>(sink);
}

std::unique_ptr<IndexReader> read_rpm_updateinfo(RowSink& sink) {
  return std::make_unique<UpdateinfoReader>(sink);
}

std::unique_ptr<IndexReader> read_rpm_modules(RowSink& sink) {
  return std::make_unique<ModulesReader>(sink);
}

}  // namespace bulkhead::pending
