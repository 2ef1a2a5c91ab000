#include "bulkhead/advisory/errata.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "bulkhead/base/text.h"

namespace bulkhead::advisory {
namespace {

bool is_source(std::string_view architecture) {
  return architecture == "src" || architecture == "nosrc";
}

/// The kind of machine that runs builds for `architecture`: an x86_64 runs those for i686.
std::string_view machine_of(std::string_view architecture) {
  const bool is_x86 =
      architecture == "x86_64" || architecture == "x86_64_v2" ||
      (architecture.size() == 4 && architecture.front() == 'i' && architecture.ends_with("86"));
  return is_x86 ? "x86" : architecture;
}

std::size_t count_machines(const std::vector<ErrataPackage>& packages) {
  std::set<std::string_view> machines;
  for (const ErrataPackage& package : packages) {
    if (is_source(package.architecture) || package.architecture == "noarch") continue;
    if (!package.architecture.empty()) machines.insert(machine_of(package.architecture));
  }
  return machines.size();
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Takes the part behind the last `mark` off `rest`; empty where there is none.
std::string_view take_last(std::string_view& rest, char mark) {
  const std::size_t at = rest.rfind(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view part = rest.substr(at + 1);
  rest = rest.substr(0, at);
  return part;
}

}  // namespace

std::string join_evr(std::string_view epoch, std::string_view version, std::string_view release) {
  std::string text;
  if (!epoch.empty() && epoch != "0" && epoch != "(none)") text.append(epoch).append(":");
  text.append(version);
  if (!release.empty()) text.append("-").append(release);
  return text;
}

std::optional<ErrataPackage> parse_nevra(std::string_view text) {
  if (text.ends_with(".rpm")) text.remove_suffix(4);
  const std::string_view architecture = take_last(text, '.');
  const std::string_view release = take_last(text, '-');
  std::string_view version = take_last(text, '-');
  std::string_view epoch;
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    epoch = version.substr(0, colon);
    version.remove_prefix(colon + 1);
  }
  if (architecture.empty() || release.empty() || version.empty() || text.empty()) return {};
  return ErrataPackage{std::string(text), join_evr(epoch, version, release),
                       std::string(architecture)};
}

std::vector<AffectedPackage> affected_by(const std::vector<ErrataPackage>& packages,
                                         std::string_view ecosystem, Severity severity) {
  const bool has_architectures = count_machines(packages) > 1;
  using Key = std::tuple<std::string_view, std::string_view, std::string_view>;
  std::map<Key, std::set<std::string_view>> builds;
  for (const ErrataPackage& package : packages) {
    if (is_source(package.architecture)) continue;
    builds[{package.name, package.version, package.module}].insert(package.architecture);
  }
  std::vector<AffectedPackage> affected;
  affected.reserve(builds.size());
  for (const auto& [key, architectures] : builds) {
    const auto& [name, version, module] = key;
    AffectedPackage one{.ecosystem = std::string(ecosystem),
                        .name = std::string(name),
                        .ranges = {{.fixed = std::string(version)}},
                        .fix_state = FixState::fixed,
                        .severity = severity,
                        .names = NameKind::binary,
                        .module = std::string(module)};
    const bool is_everywhere = architectures.contains("noarch") || architectures.contains("");
    if (has_architectures && !is_everywhere) {
      one.architectures.assign(architectures.begin(), architectures.end());
    }
    affected.push_back(std::move(one));
  }
  return affected;
}

std::int64_t parse_errata_time(std::string_view text) {
  text = trim(text);
  if (is_digits(text) && text.size() > 4) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return error == std::errc() && end == text.data() + text.size() ? seconds : 0;
  }
  constexpr std::size_t kDay = 10;    // "2022-06-06"
  constexpr std::size_t kMinute = 5;  // "17:58"
  if (text.size() <= kDay || text[kDay] != ' ') return parse_utc(text);
  std::string time(trim(text.substr(kDay)));
  if (time.ends_with(" UTC")) time.resize(time.size() - 4);
  if (time.size() == kMinute) time += ":00";
  return parse_utc(fmt::format("{}T{}Z", text.substr(0, kDay), time));
}

std::string_view tag_number(std::string_view version, std::string_view tag) {
  for (std::size_t at = version.find(tag); at != std::string_view::npos;
       at = version.find(tag, at + 1)) {
    const bool is_word = at > 0 && std::string_view("._+").contains(version[at - 1]);
    const std::string_view rest = version.substr(at + tag.size());
    const std::string_view number = rest.substr(0, rest.find_first_not_of("0123456789"));
    if (is_word && !number.empty()) return number;
  }
  return {};
}

void LeftOut::add(Code code, std::string_view why, std::string_view id) {
  auto kind = kinds_.find(why);
  if (kind == kinds_.end()) {
    const bool is_full = kinds_.size() >= kMostKinds;
    kind = kinds_.try_emplace(std::string(is_full ? "further reasons" : why)).first;
  }
  if (kind->second.count++ == 0) {
    kind->second.code = code;
    kind->second.first = id;
  }
}

void LeftOut::tell(std::string_view format, RecordSink& sink) const {
  for (const auto& [why, kind] : kinds_) {
    sink.note({kind.code, kind.count == 1
                              ? fmt::format("{}: {} is left out: {}", format, kind.first, why)
                              : fmt::format("{}: {} errata are left out: {}; the first is {}",
                                            format, kind.count, why, kind.first)});
  }
}

}  // namespace bulkhead::advisory
