#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bulkhead::app {

/// How many letters must be put in, left out, changed or swapped with their neighbour to make `b`
/// of `a`.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name that `word` was probably meant to be: at most `most` edits away, the first of the
/// nearest; empty where none is.
std::string nearest(std::string_view word, const std::vector<std::string>& names, std::size_t most);

}  // namespace bulkhead::app
