#include "outputs.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "report_file.h"

namespace bulkhead::app {
namespace {

Result<const report::Writer*> writer_named(std::string_view name,
                                           std::span<const std::string_view> formats) {
  const auto is_had = [&](const report::Writer& writer) {
    return formats.empty() || std::ranges::find(formats, writer.name) != formats.end();
  };
  const report::Writer* writer = report::find_writer(name);
  if (writer != nullptr && is_had(*writer)) return writer;
  std::string names;
  for (const report::Writer& row : report::writers()) {
    if (is_had(row)) names += fmt::format("{}{}", names.empty() ? "" : ", ", row.name);
  }
  const bool is_severity = parse_severity(name).has_value();
  return fail(Code::not_found, fmt::format("'{}' is no report format (there are {}){}", name, names,
                                           is_severity ? "; did you mean --fail-on?" : ""));
}

Result<std::vector<Output>> named_outputs(const Options& options,
                                          std::span<const std::string_view> formats) {
  std::vector<Output> outputs;
  if (!options.format.empty()) {
    BH_TRY(const report::Writer* writer, writer_named(options.format, formats));
    if (options.outputs.size() > 1) {
      return fail(Code::malformed, "with -f there is one report, and -o names its file");
    }
    outputs.push_back({writer, options.outputs.empty() ? std::string() : options.outputs.front()});
    return outputs;
  }
  for (const std::string& text : options.outputs) {
    const std::size_t equals = text.find('=');
    BH_TRY(const report::Writer* writer, writer_named(text.substr(0, equals), formats));
    outputs.push_back(
        {writer, equals == std::string::npos ? std::string() : text.substr(equals + 1)});
  }
  if (outputs.empty()) {
    const std::string_view first = formats.empty() ? std::string_view() : formats.front();
    const report::Writer* standard = report::find_writer(first);
    outputs.push_back({standard != nullptr ? standard : &report::writers().front(), {}});
  }
  return outputs;
}

}  // namespace

Result<std::vector<Output>> outputs_of(const Options& options,
                                       std::span<const std::string_view> formats) {
  BH_TRY(std::vector<Output> outputs, named_outputs(options, formats));
  for (const Output& output : outputs) {
    if (!output.file.empty()) BH_CHECK(check_report_file(output.file));
  }
  return outputs;
}

Result<void> write_output(const Output& output, const ScanReport& report,
                          report::WriteOptions write, const RunContext& context) {
  if (!output.file.empty()) write.is_color = false;
  return write_report_file(output.file, context, [&](std::ostream& out) {
    return output.writer->write(report, write, out);
  });
}

}  // namespace bulkhead::app
