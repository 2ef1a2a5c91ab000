#pragma once

#include <string>

namespace bulkhead::app {

/// A shell's script that completes commands, options, their choices and files, made from the
/// tables of commands and options. Nothing in it calls bulkhead.
std::string bash_completion();
std::string zsh_completion();
std::string fish_completion();

}  // namespace bulkhead::app
