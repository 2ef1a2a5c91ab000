#include "bulkhead/catalog/source_rpm.h"

namespace bulkhead::catalog {
namespace {

constexpr std::string_view kSuffixes[] = {".src.rpm", ".nosrc.rpm"};

}  // namespace

SourceRpm parse_source_rpm(std::string_view file_name) {
  for (const std::string_view suffix : kSuffixes) {
    if (!file_name.ends_with(suffix)) continue;
    const std::string_view stem = file_name.substr(0, file_name.size() - suffix.size());
    const std::size_t release = stem.rfind('-');
    if (release == std::string_view::npos || release == 0) return {};
    const std::size_t version = stem.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return {};
    return {stem.substr(0, version), stem.substr(version + 1)};
  }
  return {};
}

}  // namespace bulkhead::catalog
