#pragma once

#include <memory>
#include <string_view>

#include "bulkhead/catalog/executable/recogniser.h"

namespace bulkhead::catalog::executable {

/// Go's build information, as the linker writes it since Go 1.13, in ELF, PE and Mach-O alike and
/// whether the file is stripped or not: docs/formats/golang.md says how it is found in a stream.
///
/// A file that holds several (a program that has another one embedded) shows the parts of all.
///
/// @param head  The first bytes of the file; kept.
std::unique_ptr<Recogniser> make_go_recogniser(std::string_view head);

}  // namespace bulkhead::catalog::executable
