"""Our rule packs, each a plugin that any third party could have written."""
