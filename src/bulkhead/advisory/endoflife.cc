#include <algorithm>

#include <fmt/format.h>

#include "bulkhead/advisory/readers.h"
#include "bulkhead/advisory/sources.h"
#include "bulkhead/base/text.h"
#include "bulkhead/format/json.h"
#include "bulkhead/format/yaml.h"

// endoflife.date: when products end. Its interface answers {"schema_version", "result"}: all
// products (`/api/v1/products/full`), or one; its repository has a page a product, with the same
// facts as YAML between lines of "---". Only distributions that this program knows are kept, each
// in a feed of its own ("os:debian"), so that a scan fetches and opens that of its own system
// alone.
//
// Source: https://endoflife.date/docs/api/v1/, https://github.com/endoflife-date/endoflife.date
namespace bulkhead::advisory {
namespace {

using format::JsonValue;
using format::YamlNode;

struct Product {
  std::string_view name;
  std::string_view os_id;
  bool needs_minor = false;  // a row of "15" is of 15 without a service pack, not of 15.7
};

constexpr Product kProducts[] = {
    {"almalinux", "almalinux"},
    {"alpine", "alpine"},
    {"alpine-linux", "alpine"},
    {"amazon-linux", "amzn"},
    {"azure-linux", "azurelinux"},
    {"azure-linux", "mariner"},
    {"bottlerocket", "bottlerocket"},
    {"centos", "centos"},
    {"centos-stream", "centos-stream"},
    {"debian", "debian"},
    {"fedora", "fedora"},
    {"mageia", "mageia"},
    {"opensuse", "opensuse"},
    {"opensuse", "opensuse-leap"},
    {"openeuler", "openeuler"},
    {"oracle-linux", "ol"},
    {"photon", "photon"},
    {"rhel", "rhel"},
    {"rocky-linux", "rocky"},
    {"sles", "sles", true},
    {"ubuntu", "ubuntu"},
};

FeedKey feed_of(const Product& product) {
  return {fmt::format("endoflife/{}", product.os_id), support_ecosystem(product.os_id)};
}

/// "2026-06-10"; empty for what is no day.
std::string day_of(std::string_view text) {
  return text.size() == 10 && parse_utc(text) != 0 ? std::string(text) : std::string();
}

/// "3.18", "2018.03": whole numbers; "24.03-lts-sp1" of openEuler.
bool is_release(std::string_view name) {
  std::string_view kind = name;
  name = name.substr(0, name.find("-lts"));
  kind.remove_prefix(name.size());
  constexpr std::string_view kServicePack = "-lts-sp";
  if (kind.starts_with(kServicePack)) {
    kind.remove_prefix(kServicePack.size());
    if (kind.size() != 1 || kind.front() < '1' || kind.front() > '9') return false;
  } else if (!kind.empty() && kind != "-lts") {
    return false;
  }
  return !name.empty() && name.front() != '.' && name.back() != '.' && !name.contains("..") &&
         std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read_product(JsonValue product) {
    const std::string_view name = product["name"].text_or("");
    if (!is_known(name)) return {};
    Result<void> done = {};
    product["releases"].for_each_element([&](JsonValue release) {
      if (!done) return;
      done = add(name, release["name"].text_or(""), day_of(release["eolFrom"].text_or("")),
                 day_of(release["eoesFrom"].text_or("")));
    });
    return done;
  }

  Result<void> read_page(const YamlNode& page) {
    const YamlNode* link = page.find("permalink");
    const YamlNode* releases = page.find("releases");
    if (link == nullptr || releases == nullptr || !link->text.starts_with('/')) {
      return fail(Code::malformed, "endoflife: the page has no name or no releases");
    }
    const std::string_view name = std::string_view(link->text).substr(1);
    if (!is_known(name)) return {};
    const auto text = [](const YamlNode& release, std::string_view key) -> std::string_view {
      const YamlNode* node = release.find(key);
      return node == nullptr ? std::string_view() : std::string_view(node->text);
    };
    for (const YamlNode& release : releases->items) {
      BH_CHECK(add(name, text(release, "releaseCycle"), day_of(text(release, "eol")),
                   day_of(text(release, "eoes"))));
    }
    return {};
  }

  void note_rest() {
    if (others_ != 0) {
      sink_.note(
          {Code::unsupported,
           fmt::format("endoflife: {} {} no distribution of images, the first is {}", others_,
                       others_ == 1 ? "product is" : "products are", first_other_)});
    }
    if (undated_ != 0) {
      sink_.note(
          {Code::unsupported,
           fmt::format("endoflife: {} {} left out, without a day or of another naming, the "
                       "first is {}",
                       undated_, undated_ == 1 ? "release is" : "releases are", first_undated_)});
    }
  }

 private:
  bool is_known(std::string_view name) {
    if (std::ranges::find(kProducts, name, &Product::name) != std::end(kProducts)) return true;
    if (others_++ == 0) first_other_ = name;
    return false;
  }

  Result<void> add(std::string_view name, std::string_view cycle, const std::string& ends,
                   const std::string& extended) {
    bool is_kept = false;
    for (const Product& product : kProducts) {
      if (product.name != name || (product.needs_minor && !cycle.contains('.'))) continue;
      if (!is_release(cycle) || (ends.empty() && extended.empty())) continue;
      is_kept = true;
      BH_CHECK(sink_.add(feed_of(product),
                         SupportDates{std::string(product.os_id), std::string(cycle), ends,
                                      extended, fmt::format("https://endoflife.date/{}", name)}));
    }
    if (!is_kept && undated_++ == 0) first_undated_ = fmt::format("{} {}", name, cycle);
    return {};
  }

  RecordSink& sink_;
  std::size_t others_ = 0;
  std::string first_other_;
  std::size_t undated_ = 0;
  std::string first_undated_;
};

constexpr std::string_view kFence = "---\n";

Result<void> read_pages(std::string_view text, Reader& reader) {
  text.remove_prefix(kFence.size());
  const std::size_t end = text.find("\n---");
  if (end == std::string_view::npos) {
    return fail(Code::malformed, "endoflife: the page's facts do not end");
  }
  BH_TRY(const YamlNode page, format::parse_yaml(text.substr(0, end + 1)));
  return reader.read_page(page);
}

Result<void> read_answer(const Document& document, Reader& reader) {
  const JsonMember* result = document.find("result");
  if (result == nullptr) return fail(Code::malformed, "endoflife: the answer has no result");
  format::JsonDocument json;
  BH_TRY(const JsonValue root, json.parse(result->value));
  if (root.is_object()) return reader.read_product(root);
  Result<void> done = {};
  root.for_each_element([&](JsonValue product) {
    if (done) done = reader.read_product(product);
  });
  return done;
}

}  // namespace

bool is_endoflife_page(std::string_view text) {
  return text.starts_with(kFence) && text.contains("\npermalink: /") &&
         text.contains("\nversionCommand:");
}

bool is_endoflife(const Document& document) {
  if (document.kind == DocumentKind::text) return is_endoflife_page(document.text);
  const JsonMember* result = document.find("result");
  return document.has({"schema_version", "result"}) && document.find("affected") == nullptr &&
         (result->value.contains("\"eolFrom\"") || result->value == "[]");
}

Result<void> read_endoflife(const Document& document, RecordSink& sink) {
  Reader reader(sink);
  if (document.kind == DocumentKind::text) {
    if (!document.text.starts_with(kFence)) return fail(Code::malformed, "endoflife: no page");
    BH_CHECK(read_pages(document.text, reader));
  } else {
    BH_CHECK(read_answer(document, reader));
  }
  reader.note_rest();
  return {};
}

}  // namespace bulkhead::advisory
