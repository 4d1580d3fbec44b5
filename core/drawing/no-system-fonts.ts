// Must run before @napi-rs/canvas loads: pictures look the same on every machine only if the machine's own fonts
// are never a fallback.
process.env.DISABLE_SYSTEM_FONTS_LOAD = '1';
