#include <algorithm>
#include <chrono>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "bulkhead/advisory/ecosystem.h"
#include "bulkhead/advisory/ids.h"
#include "bulkhead/advisory/readers.h"
#include "bulkhead/base/text.h"

// The lists of Debian's advisories (DSA, DLA of the long-term team, DTSA of the testing team) as
// the security tracker keeps them:
//
//   [29 Mar 2023] DSA-5380-1 xorg-server - security update
//   <TAB>{CVE-2023-1393}
//   <TAB>[bullseye] - xorg-server 2:1.20.11-1+deb11u1 (bug #1033; medium)
//   <TAB>[buster] - xorg-server <not-affected> (Vulnerable code not present)
//   <TAB>NOTE: for people
//
// They say what was mended, not what is open: the tracker's export says more. The lists of an
// import add up.
//
// Source: https://security-team.debian.org/security_tracker.html ("DSA/DTSA List", "The CVE List")
namespace bulkhead::advisory {
namespace {

constexpr std::string_view kLists[] = {"DSA-", "DLA-", "DTSA-"};

std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  const std::size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// The text between `open` at the begin of `rest` and the next `close`; both are taken off.
std::optional<std::string_view> take_enclosed(std::string_view& rest, char open, char close) {
  if (!rest.starts_with(open)) return {};
  const std::size_t end = rest.find(close);
  if (end == std::string_view::npos) return {};
  const std::string_view inner = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  return inner;
}

/// Digits at the begin of `word`, up to four.
unsigned number_of(std::string_view word) {
  unsigned value = 0;
  for (const char c : word.substr(0, 4)) {
    if (c < '0' || c > '9') break;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value;
}

/// "29 Mar 2023", "August 26th, 2005"; 0 for what is no day.
std::int64_t parse_day(std::string_view text) {
  constexpr std::string_view kMonths = "janfebmaraprmayjunjulaugsepoctnovdec";
  unsigned day = 0;
  unsigned month = 0;
  unsigned year = 0;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    const unsigned number = number_of(word);
    if (number > 31) {
      year = number;
    } else if (number > 0) {
      day = number;
    } else if (const std::size_t at = kMonths.find(to_lower(word.substr(0, 3)));
               word.size() >= 3 && at != std::string_view::npos && at % 3 == 0) {
      month = static_cast<unsigned>(at / 3 + 1);
    }
  }
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || year < 1970) return 0;
  return std::chrono::sys_seconds(std::chrono::sys_days(date)).time_since_epoch().count();
}

bool is_list_id(std::string_view word) {
  return std::ranges::any_of(kLists, [&](std::string_view list) {
    return word.starts_with(list) && number_of(word.substr(list.size())) > 0;
  });
}

/// An entry's first line: the day, the id, what it is of.
std::optional<Advisory> parse_head(std::string_view line) {
  const auto date = take_enclosed(line, '[', ']');
  if (!date) return {};
  const std::string_view id = take_word(line);
  if (!is_list_id(id)) return {};
  Advisory advisory;
  advisory.id = id;
  advisory.title = trim(line);
  advisory.references = {fmt::format("https://security-tracker.debian.org/tracker/{}", id)};
  advisory.published_unix_s = parse_day(*date);
  advisory.modified_unix_s = advisory.published_unix_s;
  return advisory;
}

/// What stands behind a package's name.
bool read_state(std::string_view text, AffectedPackage& affected) {
  const std::string_view state = take_word(text);
  if (state == "<not-affected>") {
    affected.status = AffectedStatus::not_affected;
  } else if (state == "<unfixed>") {
    affected.ranges.emplace_back();
    affected.fix_state = FixState::not_fixed;
  } else if (state == "<end-of-life>") {
    affected.ranges.emplace_back();
    affected.fix_state = FixState::end_of_life;
  } else if (!state.empty() && state.front() >= '0' && state.front() <= '9') {
    affected.ranges.push_back({.fixed = std::string(state)});
    affected.fix_state = FixState::fixed;
  } else {
    return false;
  }
  text = trim(text);
  if (const auto remarks = take_enclosed(text, '(', ')')) {
    for (const std::string_view remark : split(*remarks, ';')) {
      if (const auto severity = parse_severity(trim(remark))) affected.severity = *severity;
    }
  }
  return true;
}

class Reader {
 public:
  explicit Reader(RecordSink& sink) : sink_(sink) {}

  Result<void> read(std::string_view text) {
    while (!text.empty()) {
      ++line_;
      const std::string_view whole = take_line(text);
      const std::string_view line = trim(whole);
      if (line.empty()) continue;
      if (whole.front() == '[') {
        BH_CHECK(finish());
        advisory_ = parse_head(line);
        if (!advisory_) count_bad();
      } else if (advisory_ && !read_line(line)) {
        count_bad();
      }
    }
    BH_CHECK(finish());
    note_rest();
    return {};
  }

 private:
  bool read_line(std::string_view line) {
    if (line.starts_with("NOTE:") || line.starts_with("TODO:")) return true;
    if (const auto ids = take_enclosed(line, '{', '}')) {
      Ids found = split_ids(*ids);
      std::ranges::move(found.cves, std::back_inserter(advisory_->cves));
      std::ranges::move(found.others, std::back_inserter(advisory_->aliases));
      return true;
    }
    const auto codename = take_enclosed(line, '[', ']');
    if (!codename || codename->empty() || take_word(line) != "-") return false;
    AffectedPackage affected;
    affected.name = take_word(line);
    affected.ecosystem = debian_ecosystem(*codename);
    if (affected.name.empty() || !read_state(line, affected)) return false;
    by_ecosystem_[affected.ecosystem].push_back(std::move(affected));
    return true;
  }

  Result<void> finish() {
    if (!advisory_) return {};
    if (by_ecosystem_.empty() && without_packages_++ == 0) first_without_ = advisory_->id;
    keep_first_of_each(advisory_->cves);
    keep_first_of_each(advisory_->aliases);
    for (auto& [ecosystem, packages] : by_ecosystem_) {
      advisory_->affected = std::move(packages);
      BH_CHECK(sink_.add({"debian-dsa/" + ecosystem, ecosystem}, *advisory_));
    }
    by_ecosystem_.clear();
    advisory_.reset();
    return {};
  }

  void count_bad() {
    if (bad_++ == 0) first_bad_ = line_;
  }

  void note_rest() {
    if (bad_ != 0) {
      sink_.note(
          {Code::malformed, fmt::format("debian-dsa: {} {} not understood, the first is line {}",
                                        bad_, bad_ == 1 ? "line is" : "lines are", first_bad_)});
    }
    if (without_packages_ != 0) {
      sink_.note({Code::unsupported,
                  fmt::format("debian-dsa: {} {} no package, the first is {}", without_packages_,
                              without_packages_ == 1 ? "announcement names" : "announcements name",
                              first_without_)});
    }
  }

  RecordSink& sink_;
  std::optional<Advisory> advisory_ = {};
  std::map<std::string, std::vector<AffectedPackage>> by_ecosystem_;
  std::size_t line_ = 0;
  std::size_t bad_ = 0;
  std::size_t first_bad_ = 0;
  std::size_t without_packages_ = 0;
  std::string first_without_;
};

}  // namespace

bool is_debian_list_text(std::string_view text) {
  return parse_head(trim(take_line(text))).has_value();
}

bool is_debian_list(const Document& document) {
  return document.kind == DocumentKind::text && is_debian_list_text(document.text);
}

Result<void> read_debian_list(const Document& document, RecordSink& sink) {
  return Reader(sink).read(document.text);
}

}  // namespace bulkhead::advisory
