#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "bulkhead/base/text.h"
#include "bulkhead/image/open.h"
#include "bulkhead/report/writer.h"
#include "commands.h"
#include "hints.h"
#include "session.h"

namespace bulkhead::app {
namespace {

/// `text` as roff (man(7)): a hyphen that may be typed is "\-", and no line begins with a control
/// character.
std::string roff(std::string_view text) {
  std::string out;
  bool is_line_start = true;
  for (const char c : text) {
    if (is_line_start && (c == '.' || c == '\'')) out += "\\&";
    is_line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

/// A paragraph with a bold term.
std::string item(std::string_view term, std::string_view text) {
  return fmt::format(".TP\n\\fB{}\\fR\n{}\n", roff(term), roff(text));
}

std::string option_item(const OptionRow& row) {
  std::string term;
  if (is_positional(row)) {
    term = fmt::format("\\fI{}\\fR", roff(row.value));
  } else {
    if (!short_name(row).empty()) term = fmt::format("\\fB{}\\fR, ", roff(short_name(row)));
    term += fmt::format("\\fB\\-\\-{}\\fR", roff(option_key(row)));
    if (!row.value.empty()) term += fmt::format(" \\fI{}\\fR", roff(row.value));
  }
  std::string text = roff(row.help) + ".";
  if (!row.choices.empty() && !is_positional(row)) {
    std::string choices;
    for (const std::string_view choice : split(row.choices, ',')) {
      choices += fmt::format("{}{}", choices.empty() ? "" : ", ", roff(choice));
    }
    text += fmt::format("\nChoices: {}.", choices);
  }
  return fmt::format(".TP\n{}\n{}\n", term, text);
}

std::string synopsis() {
  std::string text = ".SH SYNOPSIS\n";
  for (const Command& command : commands()) {
    std::string words;
    for (const OptionRow* row : rows_of(command)) {
      if (is_positional(*row)) words += fmt::format(" \\fI{}\\fR", roff(row->value));
    }
    text +=
        fmt::format("\\fBbulkhead {}\\fR [\\fIOPTIONS\\fR]{}\n.br\n", roff(command.name), words);
  }
  return text + "\\fBbulkhead\\fR \\fITARGET\\fR\n";
}

std::string sections_of_commands() {
  std::string text = ".SH COMMANDS\n";
  for (const Command& command : commands()) {
    text += fmt::format(".SS bulkhead {}\n{}.\n", roff(command.name), roff(command.summary));
    if (!command.footer.empty()) {
      text += fmt::format(".PP\n.nf\n{}\n.fi\n", roff(command.footer));
    }
    for (const OptionRow* row : rows_of(command)) {
      if (!is_limit(*row)) text += option_item(*row);
    }
    if ((command.bit & (kReads | kDbImport)) != 0) {
      text += ".PP\nAnd those of LIMITS.\n";
    }
  }
  text += ".SH LIMITS\nBounds that hostile input meets, with their defaults.\n";
  for (const OptionRow& row : option_rows()) {
    if (is_limit(row)) text += option_item(row);
  }
  return text;
}

std::string sections_of_names() {
  std::string text = ".SH TARGETS\nA path is looked into; a prefix says what it is:\n";
  for (const image::TargetScheme& scheme : image::target_schemes()) {
    text += item(scheme.prefix, fmt::format("{}.", scheme.description));
  }
  text += ".SH REPORTS\nWhat \\fB\\-\\-output\\fR of scan takes:\n";
  for (const report::Writer& writer : report::writers()) {
    text += item(writer.name, fmt::format("{}.", writer.description));
  }
  return text;
}

constexpr std::string_view kEnd = R"roff(.SH ENVIRONMENT
Every option of scan, files and db is also a variable:
\fB\-\-fail\-on high\fR is \fBBULKHEAD_FAIL_ON=high\fR.
An empty variable counts as none.
.TP
\fBXDG_CACHE_HOME\fR, \fBHOME\fR
Where advisories are: \fIbulkhead/advisories\fR there, or in \fI.cache\fR of the home.
.TP
\fBTMPDIR\fR
Where private temporary files are made; \fI/tmp\fR without it.
.TP
\fBNO_COLOR\fR
No colour in tables, if it is set to something.
.TP
\fBSOURCE_DATE_EPOCH\fR
The time that reports bear, in seconds since 1970.
.SH FILES
.TP
\fIbulkhead.yaml\fR
Options, read from the working folder or where \fB\-\-config\fR says.
A key is an option's name without dashes in front; lists are lists.
The command line goes before the environment, and that before the file.
\fBbulkhead config show\fR says what came from where.
.SH EXIT STATUS
.TP
0
Done; a scan was complete, and nothing met \fB\-\-fail\-on\fR.
.TP
1
\fB\-\-fail\-on\fR was met (\fB\-\-exit\-code\fR chooses another number).
.TP
2
Wrong usage: an option, a value, a file of options.
.TP
3
A gap: something could not be read, or there is no advisory data for the operating system.
.TP
130
Interrupted.
)roff";

}  // namespace

int run_man(const Options& options) {
  const Session session(options);
  const std::string date = format_utc(session.context().now_unix_s).substr(0, 10);
  fmt::print(".TH BULKHEAD 1 {} \"bulkhead {}\" \"User Commands\"\n", date, BULKHEAD_VERSION);
  fmt::print(
      ".SH NAME\nbulkhead \\- find known vulnerabilities in container images\n{}"
      ".SH DESCRIPTION\nReads an image or a root file system, lists its packages and the "
      "vulnerabilities known for them,\nand says which layer brought them and which upgrades clear "
      "the most.\nEvery byte of an image counts as hostile.\n{}{}{}",
      synopsis(), sections_of_commands(), sections_of_names(), kEnd);
  return std::fflush(stdout) == 0 ? kExitOk : kExitGap;
}

}  // namespace bulkhead::app
