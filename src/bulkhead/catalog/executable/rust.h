#pragma once

#include <memory>
#include <string_view>

#include "bulkhead/catalog/executable/recogniser.h"

namespace bulkhead::catalog::executable {

/// The list of crates that `cargo auditable` puts into a program: JSON, compressed with zlib, in a
/// section of its own (".dep-v0"). The table of sections stands at the end of an ELF file, so that
/// the file would have to be kept as a whole to find the section by its name; it is found in the
/// stream by what it is instead: docs/formats/rust.md.
///
/// @param head  The first bytes of the file.
/// @return      Null where it is a program of Go, which saves a scan of its bytes.
/// @see https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md
std::unique_ptr<Recogniser> make_rust_recogniser(std::string_view head);

}  // namespace bulkhead::catalog::executable
