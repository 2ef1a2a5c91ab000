#include "hints.h"

#include "bulkhead/base/text.h"
#include "bulkhead/report/writer.h"
#include "bulkhead/scan/target.h"
#include "bulkhead/version/scheme.h"

namespace bulkhead::app {
namespace {

using Kind = Hint::Kind;

std::vector<std::string> writer_names() {
  std::vector<std::string> names;
  for (const report::Writer& writer : report::writers()) names.emplace_back(writer.name);
  return names;
}

std::vector<std::string> prefixes() {
  std::vector<std::string> names;
  for (const scan::TargetName& name : scan::target_names()) {
    if (name.prefix.ends_with(':')) names.emplace_back(name.prefix);
  }
  return names;
}

std::vector<std::string> scheme_names() {
  std::vector<std::string> names;
  for (const version::Scheme& scheme : version::schemes()) names.emplace_back(scheme.name);
  return names;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    if ((command.bit & kConfigured) != 0) names.emplace_back(command.name);
  }
  return names;
}

}  // namespace

bool takes_value(const OptionRow& row) {
  return !std::holds_alternative<bool Options::*>(row.field);
}

Hint hint_of(const OptionRow& row) {
  if (!row.choices.empty()) {
    Hint hint{row.value == "LIST" ? Kind::list : Kind::words};
    for (const std::string_view choice : split(row.choices, ',')) hint.words.emplace_back(choice);
    return hint;
  }
  if (row.commands == kSbom && row.value.starts_with("FORMAT")) {
    return {row.value == "FORMAT" ? Kind::words : Kind::report, {"cyclonedx", "spdx"}};
  }
  if (row.value == "FORMAT[=FILE]") return {Kind::report, writer_names()};
  if (row.value == "FORMAT") return {Kind::words, writer_names()};
  if (row.value == "TARGET") return {Kind::target, prefixes()};
  if (row.value == "COMMAND") return {Kind::words, command_names()};
  if (row.value == "SCHEME A B") return {Kind::words, scheme_names()};
  if (row.value == "OS/ARCH") {
    return {Kind::words,
            {"linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386", "linux/ppc64le",
             "linux/riscv64", "linux/s390x"}};
  }
  if (row.value == "DIR" || row.value == "URL|DIR") return {Kind::folder};
  if (row.value == "FILE" || row.value == "PATH" || row.value == "REPORT") return {Kind::file};
  return {};
}

std::vector<const OptionRow*> rows_of(const Command& command) {
  std::vector<const OptionRow*> rows;
  for (const OptionRow& row : option_rows()) {
    if ((row.commands & command.bit) != 0) rows.push_back(&row);
  }
  return rows;
}

}  // namespace bulkhead::app
