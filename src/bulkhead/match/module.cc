#include "bulkhead/match/module.h"

#include <algorithm>

namespace bulkhead::match {
namespace {

bool has_module_mark(std::string_view version) {
  return version.contains(".module+") || version.contains(".module_");
}

/// The first end of a range that has the mark; empty where none has.
std::string_view marked_end(const AffectedPackage& affected) {
  for (const VersionRange& range : affected.ranges) {
    for (const std::string* end : {&range.fixed, &range.last_affected, &range.introduced}) {
      if (has_module_mark(*end)) return *end;
    }
  }
  return {};
}

/// "1:2.3-4" is "2.3".
std::string_view upstream_of(std::string_view version) {
  version.remove_prefix(version.find(':') == std::string_view::npos ? 0 : version.find(':') + 1);
  return version.substr(0, version.find('-'));
}

std::string_view stream_of(std::string_view module) {
  const std::size_t colon = module.find(':');
  return colon == std::string_view::npos ? std::string_view() : module.substr(colon + 1);
}

/// Is `version` of `stream` by its number: "10.3.39" of "10.3", and not "10.30"?
bool begins_with(std::string_view version, std::string_view stream) {
  return !stream.empty() && version.starts_with(stream) &&
         (version.size() == stream.size() || version[stream.size()] == '.');
}

std::string_view first_number(std::string_view version) {
  return version.substr(0, version.find_first_not_of("0123456789"));
}

/// Only one side, of version `known`, names its stream.
ModuleFit fit_by_number(std::string_view stream, std::string_view known, std::string_view other) {
  if (begins_with(known, stream))
    return begins_with(other, stream) ? ModuleFit::yes : ModuleFit::no;
  return first_number(known) == first_number(other) ? ModuleFit::likely : ModuleFit::no;
}

/// "5.15" of "ALAS2KERNEL-5.15-2022-001"; empty where it is no extra's, or has no version.
std::string_view stream_of_extra(std::string_view id) {
  constexpr std::string_view kPrefix = "ALAS2";
  if (!id.starts_with(kPrefix)) return {};
  id.remove_prefix(kPrefix.size());
  if (id.empty() || id.front() < 'A' || id.front() > 'Z') return {};
  for (int part = 0; part < 2; ++part) {  // the number and the year
    const std::size_t dash = id.rfind('-');
    if (dash == std::string_view::npos) return {};
    id = id.substr(0, dash);
  }
  const std::size_t letter = id.find_last_not_of("0123456789.");
  return id.substr(letter + 1);
}

}  // namespace

ModuleFit fit_module(const AffectedPackage& affected, const Package& package,
                     std::string_view version) {
  const std::string_view end = marked_end(affected);
  const bool is_statement_modular = !affected.module.empty() || !end.empty();
  const bool is_package_modular = !package.module().empty() || has_module_mark(package.version);
  if (is_statement_modular != is_package_modular) return ModuleFit::no;
  if (!is_statement_modular) return ModuleFit::yes;
  if (!affected.module.empty() && !package.module().empty()) {
    return affected.module == package.module() ? ModuleFit::yes : ModuleFit::no;
  }
  if (end.empty()) return ModuleFit::likely;  // no version of the statement to go by
  const std::string_view installed = upstream_of(version);
  const std::string_view fixed = upstream_of(end);
  if (!package.module().empty()) {
    return fit_by_number(stream_of(package.module()), installed, fixed);
  }
  return fit_by_number(stream_of(affected.module), fixed, installed);
}

ModuleFit fit_extra(std::string_view advisory_id, const AffectedPackage& affected,
                    std::string_view version) {
  const std::string_view stream = stream_of_extra(advisory_id);
  if (stream.empty() || affected.ranges.empty()) return ModuleFit::yes;
  const VersionRange& range = affected.ranges.front();
  const std::string_view fixed = upstream_of(range.fixed);
  return fixed.empty() ? ModuleFit::yes : fit_by_number(stream, fixed, upstream_of(version));
}

std::string_view without_module_mark(std::string_view version) {
  return version.substr(0, std::min(version.find(".module+"), version.find(".module_")));
}

}  // namespace bulkhead::match
