#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "bulkhead/advisory/collector_test.h"
#include "bulkhead/model/severity.h"

namespace bulkhead::advisory {

/// `text` as the value of an attribute.
inline std::string in_xml(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else {
      safe.push_back(c);
    }
  }
  return safe;
}

/// Builds OVAL documents for tests: definitions, and the tests that they refer to.
class OvalDocument {
 public:
  explicit OvalDocument(std::string generator = "Test") : generator_(std::move(generator)) {}

  /// @param test  The id that criteria refer to. @param state  The state's elements; may be empty.
  OvalDocument& package(std::string_view test, std::string_view name, std::string_view state = {}) {
    return entry("linux:rpminfo", test, fmt::format("<linux:name>{}</linux:name>", name), state);
  }
  OvalDocument& earlier(std::string_view test, std::string_view name, std::string_view fixed,
                        std::string_view arch = {}) {
    std::string state = compared("less than", fixed);
    if (!arch.empty()) {
      state += fmt::format("<linux:arch operation=\"pattern match\">{}</linux:arch>", arch);
    }
    return package(test, name, state);
  }
  static std::string compared(std::string_view operation, std::string_view version) {
    return fmt::format("<linux:evr datatype=\"evr_string\" operation=\"{}\">{}</linux:evr>",
                       operation, version);
  }
  /// A test of another kind.
  OvalDocument& entry(std::string_view kind, std::string_view name, std::string_view object,
                      std::string_view state = {}, std::string_view attributes = {}) {
    const std::string test = in_xml(name);
    tests_ += fmt::format("<{0}_test id=\"{1}\" {2}><object object_ref=\"o-{1}\"/>", kind, test,
                          attributes);
    if (!state.empty()) tests_ += fmt::format("<state state_ref=\"s-{}\"/>", test);
    tests_ += fmt::format("</{}_test>\n", kind);
    objects_ += fmt::format("<{0}_object id=\"o-{1}\">{2}</{0}_object>\n", kind, test, object);
    if (!state.empty()) {
      states_ += fmt::format("<{0}_state id=\"s-{1}\">{2}</{0}_state>\n", kind, test, state);
    }
    return *this;
  }
  OvalDocument& variable(std::string_view id, std::string_view values) {
    variables_ += fmt::format("<constant_variable id=\"{}\">{}</constant_variable>\n", id, values);
    return *this;
  }
  OvalDocument& define(std::string_view id, std::string_view kind, std::string_view metadata,
                       std::string_view criteria) {
    definitions_ += fmt::format(
        "<definition id=\"oval:{}\" class=\"{}\"><metadata>{}</metadata>{}"
        "</definition>\n",
        id, kind, metadata, criteria);
    return *this;
  }

  std::string text() const {
    return fmt::format(
        "<?xml version=\"1.0\"?>\n<oval_definitions xmlns=\"urn:d\" xmlns:oval=\"urn:o\""
        " xmlns:linux=\"urn:l\" xmlns:unix=\"urn:u\" xmlns:ind=\"urn:i\">\n"
        "<generator><oval:product_name>{}</oval:product_name></generator>\n"
        "<definitions>\n{}</definitions>\n<tests>\n{}</tests>\n<objects>\n{}</objects>\n"
        "<states>\n{}</states>\n<variables>\n{}</variables>\n</oval_definitions>\n",
        generator_, definitions_, tests_, objects_, states_, variables_);
  }

 private:
  std::string generator_;
  std::string definitions_;
  std::string tests_;
  std::string objects_;
  std::string states_;
  std::string variables_;
};

inline std::string criterion(std::string_view test, std::string_view comment,
                             std::string_view more = {}) {
  return fmt::format("<criterion test_ref=\"{}\" comment=\"{}\" {}/>", in_xml(test), comment, more);
}
inline std::string all_of(std::string_view inner) {
  return fmt::format("<criteria operator=\"AND\">{}</criteria>", inner);
}
inline std::string any_of(std::string_view inner) {
  return fmt::format("<criteria operator=\"OR\">{}</criteria>", inner);
}

/// "feed | id | CVEs | name@module [architectures] range state", one line a statement.
inline std::string statements_of(const Collector& found) {
  std::string text;
  for (const auto& [feed, advisory] : found.records) {
    for (const AffectedPackage& p : advisory.affected) {
      std::string line =
          fmt::format("{} | {} | {} | {}{}", feed.name, advisory.id, fmt::join(advisory.cves, ","),
                      p.names == NameKind::source ? "source " : "", p.name);
      if (!p.module.empty()) line += "@" + p.module;
      if (!p.architectures.empty()) line += fmt::format(" [{}]", fmt::join(p.architectures, ","));
      for (const VersionRange& range : p.ranges) {
        if (range.introduced != "0") line += " >=" + range.introduced;
        if (!range.fixed.empty()) line += " <" + range.fixed;
        if (!range.last_affected.empty()) line += " <=" + range.last_affected;
        if (range == VersionRange{}) line += " any";
      }
      if (p.status == AffectedStatus::not_affected) line += " not_affected";
      if (p.status == AffectedStatus::undetermined) line += " undetermined";
      if (p.fix_state != FixState::unknown) {
        line += fmt::format(" {}", fix_state_name(p.fix_state));
      }
      text += line + "\n";
    }
  }
  return text;
}

inline std::string notes_of(const Collector& found) {
  std::string text;
  for (const Error& note : found.notes) text += note.what + "\n";
  return text;
}

}  // namespace bulkhead::advisory
