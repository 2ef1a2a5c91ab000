#include "config_file.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "bulkhead/base/text.h"
#include "bulkhead/format/yaml.h"
#include "nearest.h"

namespace bulkhead::app {
namespace {

using format::YamlNode;

constexpr std::size_t kMostFileBytes = 1 << 20;

/// A stream, not only a regular file: `-c /dev/null` and `-c <(...)` are what people write.
Result<std::string> read_text(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const Code code = errno == ENOENT ? Code::not_found : Code::io;
    return std::unexpected(Error{code, std::generic_category().message(errno), path});
  }
  std::string text(kMostFileBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return std::unexpected(Error{Code::io, "it cannot be read", path});
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMostFileBytes) {
    return std::unexpected(
        Error{Code::limit_exceeded, "a file of options has at most 1 MiB", path});
  }
  return text;
}

std::unexpected<Error> refuse(const std::string& path, std::uint32_t line, std::string_view what) {
  return fail(Code::malformed, fmt::format("{}:{}: {}", path, line, what));
}

bool is_null(const YamlNode& node) {
  return node.kind == YamlNode::Kind::scalar && !node.is_quoted &&
         (node.text.empty() || node.text == "~" || node.text == "null");
}

std::string unknown_key(std::string_view key) {
  std::vector<std::string> keys;
  for (const OptionRow& row : option_rows()) {
    if (is_file_key(row)) keys.emplace_back(option_key(row));
  }
  const std::string meant = nearest(key, keys, std::max<std::size_t>(2, key.size() / 3));
  return fmt::format("'{}' is no option{}", key,
                     meant.empty() ? " (bulkhead config show lists them)"
                                   : fmt::format("; did you mean '{}'?", meant));
}

/// The value of `row` as words of a command line.
/// @return What is wrong with it, or empty.
std::string take_value(const OptionRow& row, const YamlNode& node,
                       std::vector<std::string>& values) {
  if (is_null(node)) return "has no value";
  if (std::holds_alternative<std::vector<std::string> Options::*>(row.field) &&
      node.kind == YamlNode::Kind::sequence) {
    for (const YamlNode& item : node.items) {
      if (item.kind != YamlNode::Kind::scalar || is_null(item)) return "is a list of words";
      values.push_back(item.text);
    }
    return values.empty() ? "is an empty list" : "";
  }
  if (node.kind != YamlNode::Kind::scalar) {
    return node.kind == YamlNode::Kind::sequence ? "has one value, not a list"
                                                 : "has a value, not keys of its own";
  }
  const bool is_flag = std::holds_alternative<bool Options::*>(row.field);
  if (is_flag && (node.is_quoted || (node.text != "true" && node.text != "false"))) {
    return fmt::format("is true or false, not '{}'", node.text);
  }
  const bool is_number = !is_flag && !std::holds_alternative<std::string Options::*>(row.field) &&
                         !std::holds_alternative<std::vector<std::string> Options::*>(row.field);
  if (is_number &&
      (node.is_quoted || node.text.find_first_not_of("0123456789") != std::string::npos)) {
    return fmt::format("is a number from 0 on, not '{}'", node.text);
  }
  values.push_back(node.text);
  return {};
}

/// The command line's own checks. @return What they say against it, or empty.
std::string check_values(const OptionRow& row, const std::vector<std::string>& values) {
  CLI::App scratch;
  Options options;
  CLI::Option* option = add_option(scratch, row, options);
  try {
    for (const std::string& value : values) option->add_result(value);
    option->run_callback();
  } catch (const CLI::Error& error) {
    std::string text = error.what();
    // It names the option itself: "--fail-on: ..."; the key stands in front already.
    if (const std::size_t colon = text.find(": "); colon != std::string::npos)
      text.erase(0, colon + 2);
    if (values.size() != 1 || row.choices.empty()) return text;
    std::vector<std::string> choices;
    for (const std::string_view choice : split(row.choices, ',')) choices.emplace_back(choice);
    const std::string meant = nearest(values.front(), choices, 2);
    return meant.empty() ? text : fmt::format("{}; did you mean '{}'?", text, meant);
  }
  return {};
}

}  // namespace

bool is_file_key(const OptionRow& row) {
  return !is_positional(row) && (row.commands & kConfigured) != 0 && option_key(row) != "config" &&
         !option_key(row).ends_with("stdin");
}

Result<ConfigFile> read_config(const std::string& path) {
  BH_TRY(const std::string text, read_text(path));
  const auto document = format::parse_yaml(text);
  if (!document) return std::unexpected(Error{document.error().code, document.error().what, path});
  ConfigFile file{.path = path, .values = {}};
  if (is_null(*document)) return file;
  if (document->kind != YamlNode::Kind::mapping) {
    return refuse(path, document->line, "it is no mapping of options to values");
  }
  for (const auto& [key, value] : document->members) {
    const OptionRow* row = key.kind == YamlNode::Kind::scalar ? find_option(key.text) : nullptr;
    if (row == nullptr) return refuse(path, key.line, unknown_key(key.text));
    if (!is_file_key(*row)) {
      return refuse(path, key.line,
                    fmt::format("'{}' belongs on the command line, not in a file", key.text));
    }
    const auto before = std::ranges::find(file.values, row, &FileValue::row);
    if (before != file.values.end()) {
      return refuse(path, key.line,
                    fmt::format("'{}' stands in line {} already", key.text, before->line));
    }
    FileValue taken{.row = row, .values = {}, .line = key.line};
    std::string wrong = take_value(*row, value, taken.values);
    if (wrong.empty()) {
      wrong = check_values(*row, taken.values);
      if (!wrong.empty()) wrong.insert(0, ": ");
    } else {
      wrong.insert(0, " ");
    }
    if (!wrong.empty()) return refuse(path, key.line, fmt::format("'{}'{}", key.text, wrong));
    file.values.push_back(std::move(taken));
  }
  return file;
}

}  // namespace bulkhead::app
