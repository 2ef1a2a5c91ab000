#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/hostile.h"
#include "tests/support/layout.h"

/// What the families of hostile cases are made of. The usual image has two layers: the base is a
/// Debian 11 with the package `anchor`; the top brings the database again, with `anchor` and
/// `extra`. Whatever is done to the top, `anchor` is there.
namespace bulkhead::test_support::hostile {

using Cases = std::vector<HostileCase>;

std::string dpkg_stanza(std::string_view name, std::string_view version = "1.0-1");
std::vector<TarEntry> base_entries();
std::vector<TarEntry> top_entries();
Layer base_layer();
Layer top_layer(Compression compression = Compression::none);
/// A layer of exactly these uncompressed bytes.
Layer layer_of_bytes(std::string tar);
/// A layer whose blob is `stored`, the (possibly broken) compressed form of `plain`.
Layer layer_of_blob(std::string stored, Compression compression, std::string_view plain);
Image two_layers(Layer top);

/// All of the target was read.
HostileExpectation complete(std::vector<std::string> packages);
/// A gap (exit code 3) with a report that still has these packages.
HostileExpectation gap(std::vector<std::string> packages, std::vector<std::string> note_codes);
/// A gap, and there may be no report at all.
HostileExpectation refused(std::vector<std::string> note_codes = {});
/// All of the target was read, and an oddity of this code is noted.
HostileExpectation with_note(std::vector<std::string> packages, std::string note_code);

/// A docker archive (old layout) of the base and the layer that `make` gives.
HostileCase top_case(std::string name, std::string why, HostileExpectation expectation,
                     std::function<Layer()> make);
/// The same with a layer of the base's kind of entries: `entries` alone.
HostileCase entries_case(std::string name, std::string why, HostileExpectation expectation,
                         std::function<std::vector<TarEntry>()> entries);
/// A target written as `layout` from members that `make` gives.
HostileCase members_case(std::string name, std::string why, Layout layout,
                         HostileExpectation expectation, std::function<Members()> make);
/// A file of bytes.
HostileCase bytes_case(std::string name, std::string why, std::string prefix,
                       HostileExpectation expectation, std::function<std::string()> make);

void add_archive_cases(Cases& cases);
void add_blob_cases(Cases& cases);
void add_manifest_cases(Cases& cases);
void add_layer_cases(Cases& cases);
void add_link_cases(Cases& cases);
void add_database_cases(Cases& cases);
void add_bomb_cases(Cases& cases);

}  // namespace bulkhead::test_support::hostile
