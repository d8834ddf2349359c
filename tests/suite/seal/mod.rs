//! Exports that show later whether anything was changed, cut out, added or taken away.

mod chain;
