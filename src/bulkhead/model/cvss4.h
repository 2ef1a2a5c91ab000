#pragma once

namespace bulkhead {

/// The metrics that decide a CVSS 4.0 score, by the letters of their values: the modified base
/// metrics where they are given, and no "X" left (table 23 says what stands for it).
struct Cvss4Metrics {
  char av, ac, at, pr, ui;  // exploitability
  char vc, vi, va;          // impact on the vulnerable system
  char sc, si, sa;          // impact on others; 'S' (safety) in si and sa
  char e;                   // exploit maturity: A, P, U
  char cr, ir, ar;          // requirements: H, M, L
};

/// The score of CVSS 4.0, 0.0 to 10.0.
/// @pre Every letter is one of its metric.
/// @see CVSS v4.0 specification, section 8.2 "CVSS v4.0 Scoring using MacroVectors and
///      Interpolation"; tables 24 to 29.
double score_cvss4(const Cvss4Metrics& metrics);

}  // namespace bulkhead
