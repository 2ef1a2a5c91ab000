// Layers whose tar headers, names and whiteouts are hostile.
#include "tests/support/hostile_parts.h"

namespace bulkhead::test_support::hostile {
namespace {

/// The usual top entries between `before` and `after`, written by `write` in one stream.
Layer layer_by(const std::function<void(TarWriter&)>& write) {
  std::string bytes;
  TarWriter tar([&bytes](std::string_view piece) { bytes += piece; });
  write(tar);
  return layer_of_bytes(std::move(bytes));
}

std::vector<TarEntry> and_top(std::vector<TarEntry> entries) {
  for (TarEntry& entry : top_entries()) entries.push_back(std::move(entry));
  return entries;
}

TarEntry with_size_field(std::string field) {
  TarEntry entry = file("opt/liar", "twelve bytes");
  entry.patches = {{tar_field::kSize, std::move(field)}};
  return entry;
}

std::string base256_field(unsigned char first, unsigned char rest) {
  return static_cast<char>(first) + std::string(11, static_cast<char>(rest));
}

TarEntry with_numbers(std::int64_t uid, std::int64_t mtime) {
  TarEntry entry = file("opt/numbers", "x");
  entry.uid = uid;
  entry.gid = uid;
  entry.mtime_unix_s = mtime;
  entry.use_base256 = true;
  return entry;
}

TarEntry with_pax(std::string key, std::string value) {
  TarEntry entry = file("opt/pax", "x");
  entry.pax_records = {{std::move(key), std::move(value)}};
  return entry;
}

std::string repeated(std::string_view piece, std::size_t count) {
  std::string text;
  text.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) text += piece;
  return text;
}

/// The top layer, then an extension header of `type` whose header claims `claimed` bytes and whose
/// body is `body`, then a file.
Layer extension_layer(char type, std::string body, std::uint64_t claimed) {
  return layer_by([&](TarWriter& tar) {
    for (const TarEntry& entry : top_entries()) tar.add(entry);
    TarEntry header = file("././@PaxHeader", std::move(body));
    header.type = type;
    header.claimed_size = claimed;
    tar.add(header);
    tar.add(file("opt/after", "x"));
    tar.finish();
  });
}

void add_header_cases(Cases& cases) {
  const auto all = complete({"anchor", "extra"});
  const auto broken = gap({"anchor"}, {"malformed", "limit-exceeded", "truncated"});
  struct Size {
    const char* name;
    const char* why;
    std::string field;
  };
  const Size sizes[] = {
      {"tar-size-negative", "base-256 minus one", base256_field(0xff, 0xff)},
      {"tar-size-huge-octal", "8 GiB less a byte of a member of twelve bytes", "77777777777"},
      {"tar-size-huge-base256", "2^62 bytes", base256_field(0x80, 0).replace(4, 1, "\x40")},
      {"tar-size-above-63-bits", "more than any number holds", base256_field(0xbf, 0xff)},
      {"tar-size-not-a-number", "letters where octal digits belong", "12x456789ab"},
  };
  for (const Size& size : sizes) {
    cases.push_back(entries_case(size.name, size.why, broken, [field = size.field] {
      std::vector<TarEntry> entries = top_entries();
      entries.push_back(with_size_field(field));
      entries.push_back(file("opt/after", "x"));
      return entries;
    }));
  }
  cases.push_back(entries_case("tar-wrong-checksum", "the second header's checksum is wrong",
                               gap({"anchor"}, {"malformed"}), [] {
                                 std::vector<TarEntry> entries = top_entries();
                                 entries.push_back(file("opt/wrong", "x"));
                                 entries.back().checksum = "0001234 ";
                                 return entries;
                               }));
  for (const auto& [name, length] :
       {std::pair{"tar-cut-in-header", std::size_t{200}}, {"tar-cut-in-data", std::size_t{600}}}) {
    cases.push_back(
        top_case(name, "the layer's tar ends too early", gap({"anchor"}, {"truncated"}), [length] {
          const TarEntry entry = file("opt/long", std::string(5000, 'x'));
          return layer_of_bytes(make_tar({&entry, 1}).substr(0, length));
        }));
  }
  cases.push_back(entries_case("tar-negative-numbers", "a uid and a time before all time", all,
                               [] { return and_top({with_numbers(-5, -62'135'596'800)}); }));
  cases.push_back(entries_case("tar-huge-numbers", "a uid and a time beyond all bounds", all,
                               [] { return and_top({with_numbers(INT64_MAX, INT64_MAX)}); }));
  cases.push_back(top_case("pax-claims-1-gib", "an extended header of 1 GiB that is not there",
                           gap({"anchor"}, {"limit-exceeded", "truncated"}),
                           [] { return extension_layer('x', "", 1 << 30); }));
  cases.push_back(top_case("gnu-name-claims-8-gib", "a long name of 8 GiB that is not there",
                           gap({"anchor"}, {"limit-exceeded", "truncated"}),
                           [] { return extension_layer('L', "", 8589934591); }));
  cases.push_back(top_case("pax-keywords-2-mib", "an extended header of 2 MiB of small records",
                           gap({"anchor"}, {"limit-exceeded"}), [] {
                             const std::string body = repeated(pax_record("k", "v"), 350'000);
                             return extension_layer('x', body, body.size());
                           }));
  cases.push_back(top_case("pax-global-keywords-2-mib", "the same as a global header",
                           gap({"anchor"}, {"limit-exceeded"}), [] {
                             const std::string body = repeated(pax_record("k", "v"), 350'000);
                             return extension_layer('g', body, body.size());
                           }));
  cases.push_back(top_case("pax-record-length-lies", "a record longer than its header",
                           gap({"anchor"}, {"malformed", "truncated"}),
                           [] { return extension_layer('x', "999999999 path=opt/x\n", 21); }));
  cases.push_back(top_case("pax-size-lies", "a pax size of 2^62 bytes",
                           gap({"anchor"}, {"truncated", "limit-exceeded", "malformed"}), [] {
                             std::vector<TarEntry> entries = top_entries();
                             entries.push_back(with_pax("size", "4611686018427387904"));
                             return make_layer(entries);
                           }));
}

void add_name_cases(Cases& cases) {
  const auto long_name = gap({"anchor"}, {"limit-exceeded"});
  cases.push_back(entries_case("name-2-mib-pax", "a pax path of 2 MiB", long_name, [] {
    std::vector<TarEntry> entries = top_entries();
    entries.push_back(with_pax("path", std::string(2 << 20, 'n')));
    return entries;
  }));
  cases.push_back(entries_case("name-2-mib-gnu", "a GNU long name of 2 MiB", long_name, [] {
    std::vector<TarEntry> entries = top_entries();
    entries.push_back(file(std::string(2 << 20, 'n'), "x"));
    entries.back().format = TarFormat::gnu;
    return entries;
  }));
  cases.push_back(entries_case("name-1e4-components", "a path 10,000 folders deep",
                               gap({"anchor", "extra"}, {"limit-exceeded", "malformed"}),
                               [] { return and_top({with_pax("path", repeated("a/", 10'000))}); }));
  cases.push_back(entries_case("name-dotdot", "a path that climbs out of the root",
                               with_note({"anchor", "extra"}, "malformed"), [] {
                                 return and_top({file("../../../../tmp/bulkhead-escaped", "x"),
                                                 file("a/../../../b", "x")});
                               }));
  cases.push_back(entries_case("name-absolute", "the database by its absolute path",
                               complete({"anchor", "extra"}), [] {
                                 std::vector<TarEntry> entries = top_entries();
                                 entries[0].path = "/" + entries[0].path;
                                 return entries;
                               }));
  cases.push_back(entries_case("name-not-normal", "the database by ./var//lib/./dpkg/status",
                               complete({"anchor", "extra"}), [] {
                                 std::vector<TarEntry> entries = top_entries();
                                 entries[0].path = "./var//lib/./dpkg/status";
                                 return entries;
                               }));
  cases.push_back(entries_case("name-with-nul", "a pax path with a NUL in the middle",
                               gap({"anchor", "extra"}, {"malformed"}), [] {
                                 using namespace std::string_literals;
                                 return and_top({with_pax("path", "etc/os-release\0.txt"s)});
                               }));
  cases.push_back(entries_case("name-of-control-characters", "a name that would move the cursor",
                               complete({"anchor", "extra"}),
                               [] { return and_top({file("opt/\x1b[2J\r\n\x07", "x")}); }));
  cases.push_back(entries_case("name-empty", "a member without a name",
                               with_note({"anchor", "extra"}, "malformed"),
                               [] { return and_top({file("", "x")}); }));
}

void add_whiteout_cases(Cases& cases) {
  const auto kept = with_note({"anchor", "extra"}, "malformed");
  cases.push_back(entries_case("whiteout-root", "a whiteout of the root itself", kept,
                               [] { return and_top({file(".wh..", "")}); }));
  cases.push_back(entries_case("whiteout-dotdot", "a whiteout of what is above", kept,
                               [] { return and_top({file("etc/.wh...", "")}); }));
  cases.push_back(entries_case("whiteout-no-name", "a whiteout of nothing", kept,
                               [] { return and_top({file("var/lib/.wh.", "")}); }));
  cases.push_back(entries_case("whiteout-climbs", "a whiteout below ..", kept,
                               [] { return and_top({file("../../.wh.var", "")}); }));
  cases.push_back(
      entries_case("whiteout-with-content", "a whiteout that has bytes", complete({"anchor"}),
                   [] { return std::vector{file("etc/.wh.os-release", "not empty")}; }));
  cases.push_back(entries_case("opaque-of-missing-folder", "an opaque whiteout deep in nowhere",
                               complete({"anchor", "extra"}),
                               [] { return and_top({opaque_whiteout("a/b/c/d/e")}); }));
  HostileExpectation only_extra = complete({"extra"});
  only_extra.absent_packages = {"anchor"};
  cases.push_back(entries_case(
      "opaque-after-file", "hides what is below, not the file beside it", only_extra, [] {
        return std::vector{file("var/lib/dpkg/status", dpkg_stanza("extra")),
                           opaque_whiteout("var/lib/dpkg")};
      }));
  cases.push_back(entries_case(
      "whiteout-after-file", "hides what is below, not the file beside it", only_extra, [] {
        return std::vector{file("var/lib/dpkg/status", dpkg_stanza("extra")),
                           whiteout("var/lib/dpkg/status")};
      }));
  cases.push_back(
      entries_case("database-twice-in-a-layer", "the second of two members holds", only_extra, [] {
        return std::vector{file("var/lib/dpkg/status", dpkg_stanza("anchor")),
                           file("var/lib/dpkg/status", dpkg_stanza("extra"))};
      }));
}

}  // namespace

void add_layer_cases(Cases& cases) {
  add_header_cases(cases);
  add_name_cases(cases);
  add_whiteout_cases(cases);
}

}  // namespace bulkhead::test_support::hostile
