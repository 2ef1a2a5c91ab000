#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace bulkhead {

/// How many letters must be put in, left out, changed or swapped with their neighbour to make `b`
/// of `a`. Time is the product of their lengths.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The name that `word` was probably meant to be: at most `most` edits away, the first of the
/// nearest; empty where none is, or where the word is longer than any name of ours.
std::string_view nearest(std::string_view word, std::span<const std::string_view> names,
                         std::size_t most);

}  // namespace bulkhead
