/**
 * Names that each standard defines, as facts: from the reference manuals of Lua 5.1 to 5.4, of LuaJIT, OpenResty, LÖVE,
 * Playdate, Busted, LDoc and SILE, and from luacheck 1.1.0, which decides what counts as one. A name is followed by `!`
 * where it may be assigned to (`=` where it may not although what holds it may), by `*` where any field may stand below
 * it, and by its own fields in braces.
 */
export const standardNames: Readonly<Record<string, string>> = {
  min: `
    _G!* _VERSION{byte char dump find format gmatch gsub len lower match rep reverse sub upper} arg*
    assert collectgarbage coroutine{create resume running status wrap yield} debug{debug gethook getinfo
    getlocal getmetatable getregistry getupvalue sethook setlocal setmetatable setupvalue traceback}
    dofile error getmetatable io{close flush input lines open output popen read stderr{__gc __index*
    __tostring close flush lines read seek setvbuf write} stdin{__gc __index* __tostring close flush lines
    read seek setvbuf write} stdout{__gc __index* __tostring close flush lines read seek setvbuf write}
    tmpfile type write} ipairs load loadfile math{abs acos asin atan ceil cos deg exp floor fmod huge log
    max min modf pi rad random randomseed sin sqrt tan} next os{clock date difftime execute exit getenv
    remove rename setlocale time tmpname} package{config{byte char dump find format gmatch gsub len lower
    match rep reverse sub upper} cpath!{byte char dump find format gmatch gsub len lower match rep reverse
    sub upper} loaded!* loadlib path!{byte char dump find format gmatch gsub len lower match rep reverse
    sub upper} preload!*} pairs pcall print rawequal rawget rawset require select setmetatable string{byte
    char dump find format gmatch gsub len lower match rep reverse sub upper} table{concat insert remove
    sort} tonumber tostring type xpcall`,
  lua51: `
    _G!* _VERSION{byte char dump find format gmatch gsub len lower match rep reverse sub upper} arg*
    assert collectgarbage coroutine{create resume running status wrap yield} debug{debug getfenv gethook
    getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue
    traceback} dofile error getfenv getmetatable io{close flush input lines open output popen read
    stderr{__gc __index* __tostring close flush lines read seek setvbuf write} stdin{__gc __index*
    __tostring close flush lines read seek setvbuf write} stdout{__gc __index* __tostring close flush
    lines read seek setvbuf write} tmpfile type write} ipairs load loadfile loadstring math{abs acos asin
    atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf pi pow rad random
    randomseed sin sinh sqrt tan tanh} module newproxy next os{clock date difftime execute exit getenv
    remove rename setlocale time tmpname} package{config{byte char dump find format gmatch gsub len lower
    match rep reverse sub upper} cpath!{byte char dump find format gmatch gsub len lower match rep reverse
    sub upper} loaded!* loaders!* loadlib path!{byte char dump find format gmatch gsub len lower match rep
    reverse sub upper} preload!* seeall} pairs pcall print rawequal rawget rawset require select setfenv
    setmetatable string{byte char dump find format gmatch gsub len lower match rep reverse sub upper}
    table{concat insert maxn remove sort} tonumber tostring type unpack xpcall`,
  lua51c: `
    _G!* _VERSION{byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper} arg*
    assert collectgarbage coroutine{create resume running status wrap yield} debug{debug getfenv gethook
    getinfo getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue
    traceback} dofile error gcinfo getfenv getmetatable io{close flush input lines open output popen read
    stderr{__gc __index* __tostring close flush lines read seek setvbuf write} stdin{__gc __index*
    __tostring close flush lines read seek setvbuf write} stdout{__gc __index* __tostring close flush
    lines read seek setvbuf write} tmpfile type write} ipairs load loadfile loadstring math{abs acos asin
    atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min mod modf pi pow rad
    random randomseed sin sinh sqrt tan tanh} module newproxy next os{clock date difftime execute exit
    getenv remove rename setlocale time tmpname} package{config{byte char dump find format gfind gmatch
    gsub len lower match rep reverse sub upper} cpath!{byte char dump find format gfind gmatch gsub len
    lower match rep reverse sub upper} loaded!* loaders!* loadlib path!{byte char dump find format gfind
    gmatch gsub len lower match rep reverse sub upper} preload!* seeall} pairs pcall print rawequal rawget
    rawset require select setfenv setmetatable string{byte char dump find format gfind gmatch gsub len
    lower match rep reverse sub upper} table{concat foreach foreachi getn insert maxn remove setn sort}
    tonumber tostring type unpack xpcall`,
  lua52: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match rep reverse sub upper}
    arg* assert bit32{arshift band bnot bor btest bxor extract lrotate lshift replace rrotate rshift}
    collectgarbage coroutine{create resume running status wrap yield} debug{debug gethook getinfo getlocal
    getmetatable getregistry getupvalue getuservalue sethook setlocal setmetatable setupvalue setuservalue
    traceback upvalueid upvaluejoin} dofile error getmetatable io{close flush input lines open output
    popen read stderr{__gc __index* __tostring close flush lines read seek setvbuf write} stdin{__gc
    __index* __tostring close flush lines read seek setvbuf write} stdout{__gc __index* __tostring close
    flush lines read seek setvbuf write} tmpfile type write} ipairs load loadfile math{abs acos asin atan
    atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log max min modf pi pow rad random randomseed
    sin sinh sqrt tan tanh} next os{clock date difftime execute exit getenv remove rename setlocale time
    tmpname} package{config{byte char dump find format gmatch gsub len lower match rep reverse sub upper}
    cpath!{byte char dump find format gmatch gsub len lower match rep reverse sub upper} loaded!* loadlib
    path!{byte char dump find format gmatch gsub len lower match rep reverse sub upper} preload!*
    searchers!* searchpath} pairs pcall print rawequal rawget rawlen rawset require select setmetatable
    string{byte char dump find format gmatch gsub len lower match rep reverse sub upper} table{concat
    insert pack remove sort unpack} tonumber tostring type xpcall`,
  lua52c: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match rep reverse sub upper}
    arg* assert bit32{arshift band bnot bor btest bxor extract lrotate lshift replace rrotate rshift}
    collectgarbage coroutine{create resume running status wrap yield} debug{debug gethook getinfo getlocal
    getmetatable getregistry getupvalue getuservalue sethook setlocal setmetatable setupvalue setuservalue
    traceback upvalueid upvaluejoin} dofile error getmetatable io{close flush input lines open output
    popen read stderr{__gc __index* __tostring close flush lines read seek setvbuf write} stdin{__gc
    __index* __tostring close flush lines read seek setvbuf write} stdout{__gc __index* __tostring close
    flush lines read seek setvbuf write} tmpfile type write} ipairs load loadfile loadstring math{abs acos
    asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10 max min modf pi pow rad
    random randomseed sin sinh sqrt tan tanh} module next os{clock date difftime execute exit getenv
    remove rename setlocale time tmpname} package{config{byte char dump find format gmatch gsub len lower
    match rep reverse sub upper} cpath!{byte char dump find format gmatch gsub len lower match rep reverse
    sub upper} loaded!* loaders!* loadlib path!{byte char dump find format gmatch gsub len lower match rep
    reverse sub upper} preload!* searchers!* searchpath seeall} pairs pcall print rawequal rawget rawlen
    rawset require select setmetatable string{byte char dump find format gmatch gsub len lower match rep
    reverse sub upper} table{concat insert maxn pack remove sort unpack} tonumber tostring type unpack
    xpcall`,
  lua53: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} arg* assert collectgarbage coroutine{create isyieldable resume running status wrap
    yield} debug{debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook
    setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin} dofile error
    getmetatable io{close flush input lines open output popen read stderr{__gc __index* __name{byte char
    dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper} __tostring
    close flush lines read seek setvbuf write} stdin{__gc __index* __name{byte char dump find format
    gmatch gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close flush lines
    read seek setvbuf write} stdout{__gc __index* __name{byte char dump find format gmatch gsub len lower
    match pack packsize rep reverse sub unpack upper} __tostring close flush lines read seek setvbuf
    write} tmpfile type write} ipairs load loadfile math{abs acos asin atan ceil cos deg exp floor fmod
    huge log max maxinteger min mininteger modf pi rad random randomseed sin sqrt tan tointeger type ult}
    next os{clock date difftime execute exit getenv remove rename setlocale time tmpname}
    package{config{byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub
    unpack upper} cpath!{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} loaded!* loadlib path!{byte char dump find format gmatch gsub len lower match pack
    packsize rep reverse sub unpack upper} preload!* searchers!* searchpath} pairs pcall print rawequal
    rawget rawlen rawset require select setmetatable string{byte char dump find format gmatch gsub len
    lower match pack packsize rep reverse sub unpack upper} table{concat insert move pack remove sort
    unpack} tonumber tostring type utf8{char charpattern{byte char dump find format gmatch gsub len lower
    match pack packsize rep reverse sub unpack upper} codepoint codes len offset} xpcall`,
  lua53c: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} arg* assert bit32{arshift band bnot bor btest bxor extract lrotate lshift replace
    rrotate rshift} collectgarbage coroutine{create isyieldable resume running status wrap yield}
    debug{debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue sethook setlocal
    setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin} dofile error getmetatable
    io{close flush input lines open output popen read stderr{__gc __index* __name{byte char dump find
    format gmatch gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close flush
    lines read seek setvbuf write} stdin{__gc __index* __name{byte char dump find format gmatch gsub len
    lower match pack packsize rep reverse sub unpack upper} __tostring close flush lines read seek setvbuf
    write} stdout{__gc __index* __name{byte char dump find format gmatch gsub len lower match pack
    packsize rep reverse sub unpack upper} __tostring close flush lines read seek setvbuf write} tmpfile
    type write} ipairs load loadfile math{abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp
    huge ldexp log log10 max maxinteger min mininteger modf pi pow rad random randomseed sin sinh sqrt tan
    tanh tointeger type ult} next os{clock date difftime execute exit getenv remove rename setlocale time
    tmpname} package{config{byte char dump find format gmatch gsub len lower match pack packsize rep
    reverse sub unpack upper} cpath!{byte char dump find format gmatch gsub len lower match pack packsize
    rep reverse sub unpack upper} loaded!* loadlib path!{byte char dump find format gmatch gsub len lower
    match pack packsize rep reverse sub unpack upper} preload!* searchers!* searchpath} pairs pcall print
    rawequal rawget rawlen rawset require select setmetatable string{byte char dump find format gmatch
    gsub len lower match pack packsize rep reverse sub unpack upper} table{concat insert move pack remove
    sort unpack} tonumber tostring type utf8{char charpattern{byte char dump find format gmatch gsub len
    lower match pack packsize rep reverse sub unpack upper} codepoint codes len offset} xpcall`,
  lua54: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} arg* assert collectgarbage coroutine{close create isyieldable resume running status
    wrap yield} debug{debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue
    setcstacklimit sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin}
    dofile error getmetatable io{close flush input lines open output popen read stderr{__gc __index*
    __name{byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack
    upper} __tostring close flush lines read seek setvbuf write} stdin{__gc __index* __name{byte char dump
    find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close
    flush lines read seek setvbuf write} stdout{__gc __index* __name{byte char dump find format gmatch
    gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close flush lines read
    seek setvbuf write} tmpfile type write} ipairs load loadfile math{abs acos asin atan ceil cos deg exp
    floor fmod huge log max maxinteger min mininteger modf pi rad random randomseed sin sqrt tan tointeger
    type ult} next os{clock date difftime execute exit getenv remove rename setlocale time tmpname}
    package{config{byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub
    unpack upper} cpath!{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} loaded!* loadlib path!{byte char dump find format gmatch gsub len lower match pack
    packsize rep reverse sub unpack upper} preload!* searchers!* searchpath} pairs pcall print rawequal
    rawget rawlen rawset require select setmetatable string{byte char dump find format gmatch gsub len
    lower match pack packsize rep reverse sub unpack upper} table{concat insert move pack remove sort
    unpack} tonumber tostring type utf8{char charpattern{byte char dump find format gmatch gsub len lower
    match pack packsize rep reverse sub unpack upper} codepoint codes len offset} warn xpcall`,
  lua54c: `
    _ENV!* _G!* _VERSION{byte char dump find format gmatch gsub len lower match pack packsize rep reverse
    sub unpack upper} arg* assert collectgarbage coroutine{close create isyieldable resume running status
    wrap yield} debug{debug gethook getinfo getlocal getmetatable getregistry getupvalue getuservalue
    setcstacklimit sethook setlocal setmetatable setupvalue setuservalue traceback upvalueid upvaluejoin}
    dofile error getmetatable io{close flush input lines open output popen read stderr{__gc __index*
    __name{byte char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack
    upper} __tostring close flush lines read seek setvbuf write} stdin{__gc __index* __name{byte char dump
    find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close
    flush lines read seek setvbuf write} stdout{__gc __index* __name{byte char dump find format gmatch
    gsub len lower match pack packsize rep reverse sub unpack upper} __tostring close flush lines read
    seek setvbuf write} tmpfile type write} ipairs load loadfile math{abs acos asin atan atan2 ceil cos
    cosh deg exp floor fmod frexp huge ldexp log log10 max maxinteger min mininteger modf pi pow rad
    random randomseed sin sinh sqrt tan tanh tointeger type ult} next os{clock date difftime execute exit
    getenv remove rename setlocale time tmpname} package{config{byte char dump find format gmatch gsub len
    lower match pack packsize rep reverse sub unpack upper} cpath!{byte char dump find format gmatch gsub
    len lower match pack packsize rep reverse sub unpack upper} loaded!* loadlib path!{byte char dump find
    format gmatch gsub len lower match pack packsize rep reverse sub unpack upper} preload!* searchers!*
    searchpath} pairs pcall print rawequal rawget rawlen rawset require select setmetatable string{byte
    char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper}
    table{concat insert move pack remove sort unpack} tonumber tostring type utf8{char charpattern{byte
    char dump find format gmatch gsub len lower match pack packsize rep reverse sub unpack upper}
    codepoint codes len offset} warn xpcall`,
  luajit: `
    _G!* _VERSION{byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper} arg*
    assert bit{arshift band bnot bor bswap bxor lshift rol ror rshift tobit tohex} collectgarbage
    coroutine{create isyieldable resume running status wrap yield} debug{debug getfenv gethook getinfo
    getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue
    traceback upvalueid upvaluejoin} dofile error gcinfo getfenv getmetatable io{close flush input lines
    open output popen read stderr{__gc __index* __tostring close flush lines read seek setvbuf write}
    stdin{__gc __index* __tostring close flush lines read seek setvbuf write} stdout{__gc __index*
    __tostring close flush lines read seek setvbuf write} tmpfile type write} ipairs jit* load loadfile
    loadstring math{abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10
    max min mod modf pi pow rad random randomseed sin sinh sqrt tan tanh} module newproxy next os{clock
    date difftime execute exit getenv remove rename setlocale time tmpname} package{config{byte char dump
    find format gfind gmatch gsub len lower match rep reverse sub upper} cpath!{byte char dump find format
    gfind gmatch gsub len lower match rep reverse sub upper} loaded!* loaders!* loadlib path!{byte char
    dump find format gfind gmatch gsub len lower match rep reverse sub upper} preload!* searchpath seeall}
    pairs pcall print rawequal rawget rawset require select setfenv setmetatable string{byte char dump
    find format gfind gmatch gsub len lower match rep reverse sub upper} table{clear concat foreach
    foreachi getn insert maxn move new remove sort} tonumber tostring type unpack xpcall`,
  ngx_lua: `
    _G!* _VERSION{byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper} arg*
    assert bit{arshift band bnot bor bswap bxor lshift rol ror rshift tobit tohex} collectgarbage
    coroutine{create isyieldable resume running status wrap yield} debug{debug getfenv gethook getinfo
    getlocal getmetatable getregistry getupvalue setfenv sethook setlocal setmetatable setupvalue
    traceback upvalueid upvaluejoin} dofile error gcinfo getfenv getmetatable io{close flush input lines
    open output popen read stderr{__gc __index* __tostring close flush lines read seek setvbuf write}
    stdin{__gc __index* __tostring close flush lines read seek setvbuf write} stdout{__gc __index*
    __tostring close flush lines read seek setvbuf write} tmpfile type write} ipairs jit* load loadfile
    loadstring math{abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp huge ldexp log log10
    max min mod modf pi pow rad random randomseed sin sinh sqrt tan tanh} module ndk{set_var*} newproxy
    next ngx{AGAIN ALERT CRIT DEBUG DECLINED DONE EMERG ERR ERROR HTTP_ACCEPTED HTTP_BAD_GATEWAY
    HTTP_BAD_REQUEST HTTP_CLOSE HTTP_CONFLICT HTTP_CONTINUE HTTP_COPY HTTP_CREATED HTTP_DELETE
    HTTP_FORBIDDEN HTTP_GATEWAY_TIMEOUT HTTP_GET HTTP_GONE HTTP_HEAD HTTP_ILLEGAL
    HTTP_INSUFFICIENT_STORAGE HTTP_INTERNAL_SERVER_ERROR HTTP_LOCK HTTP_METHOD_NOT_IMPLEMENTED HTTP_MKCOL
    HTTP_MOVE HTTP_MOVED_PERMANENTLY HTTP_MOVED_TEMPORARILY HTTP_NOT_ACCEPTABLE HTTP_NOT_ALLOWED
    HTTP_NOT_FOUND HTTP_NOT_MODIFIED HTTP_NO_CONTENT HTTP_OK HTTP_OPTIONS HTTP_PARTIAL_CONTENT HTTP_PATCH
    HTTP_PAYMENT_REQUIRED HTTP_POST HTTP_PROPFIND HTTP_PROPPATCH HTTP_PUT HTTP_REQUEST_TIMEOUT
    HTTP_SEE_OTHER HTTP_SERVICE_UNAVAILABLE HTTP_SPECIAL_RESPONSE HTTP_SWITCHING_PROTOCOLS
    HTTP_TEMPORARY_REDIRECT HTTP_TOO_MANY_REQUESTS HTTP_TRACE HTTP_UNAUTHORIZED HTTP_UNLOCK
    HTTP_UPGRADE_REQUIRED HTTP_VERSION_NOT_SUPPORTED INFO NOTICE OK STDERR WARN arg!* config{debug
    nginx_configure nginx_version ngx_lua_version prefix subsystem{byte char dump find format gmatch gsub
    len lower match rep reverse sub upper}} cookie_time crc32_long crc32_short ctx!* decode_args
    decode_base64 encode_args encode_base64 eof escape_uri exec exit flush get_phase header!* headers_sent
    hmac_sha1 http_time is_subrequest localtime location{capture capture_multi} log md5 md5_bin now null
    on_abort parse_http_time print quote_sql_str re{find gmatch gsub match sub} redirect req{append_body
    clear_header discard_body finish_body get_body_data get_body_file get_headers get_method get_post_args
    get_uri_args http_version init_body is_internal raw_header read_body set_body_data set_body_file
    set_header set_method set_uri set_uri_args socket start_time} resp{get_headers} say send_headers
    sha1_bin shared!* sleep socket{connect stream tcp udp} status! thread{kill spawn wait} time timer{at
    every pending_count running_count} today unescape_uri update_time utctime var!* worker{count exiting
    id pid}} os{clock date difftime execute exit getenv remove rename setlocale time tmpname}
    package{config{byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper}
    cpath!{byte char dump find format gfind gmatch gsub len lower match rep reverse sub upper} loaded!*
    loaders!* loadlib path!{byte char dump find format gfind gmatch gsub len lower match rep reverse sub
    upper} preload!* searchpath seeall} pairs pcall print rawequal rawget rawset require select setfenv
    setmetatable string{byte char dump find format gfind gmatch gsub len lower match rep reverse sub
    upper} table{clear clone concat foreach foreachi getn insert isarray isempty maxn move new nkeys
    remove sort} thread{exdata} tonumber tostring type unpack xpcall`,
  busted: `
    after_each* assert* before_each* context* describe* expose* finally* insulate* it* lazy_setup*
    lazy_teardown* match* mock* pending* randomize* setup* spec* spy* strict_setup* strict_teardown* stub*
    teardown* test*`,
  rockspec: `
    build!* build_dependencies!* dependencies!* deploy!* description!* external_dependencies!* hooks!*
    package!* rockspec_format!* source!* supported_platforms!* test!* test_dependencies!* version!*`,
  luacheckrc: `
    allow_defined!* allow_defined_top!* cache!* codes!* color!* compat!* enable!* exclude_files!* files!*
    formatter!* global!* globals!* ignore!* include_files!* jobs!* max_code_line_length!*
    max_comment_line_length!* max_cyclomatic_complexity!* max_line_length!* max_string_line_length!*
    module!* new_globals!* new_read_globals!* not_globals!* only!* operators!* quiet!* ranges!*
    read_globals!* redefined!* self!* std!* stds!* unused!* unused_args!* unused_secondaries!*`,
  ldoc: `
    add_language_extension!* add_section!* alias!* all!* backtick_references!* boilerplate!* charset!*
    colon!* convert_opt!* custom_css!* custom_display_name_handler!* custom_references!*
    custom_see_handler!* custom_tags!* description!* dir!* dont_escape_underscore!* examples!* ext!*
    file!* format!* full_description!* global_lookup!* icon!* ignore!* kind_names!* manual_url!* merge!*
    merge_error_groups!* module_file!* new_type!* no_args_infer!* no_lua_ref!* no_return_or_parms!*
    no_space_before_args!* no_summary!* not_luadoc!* one!* output!* package!* parse_extra!* plain!*
    postprocess_html!* prettify_files!* pretty!* project!* readme!* sort!* sort_modules!* style!*
    template!* template_escape!* title!* topics!* tparam_alias!* unqualified!* use_markdown_titles!*
    user_keywords!* vars!* version!* wrap!*`,
  love: `
    love{audio{getActiveEffects getActiveSourceCount getDistanceModel getDopplerScale getEffect
    getMaxSceneEffects getMaxSourceEffects getOrientation getPosition getRecordingDevices getSourceCount
    getVelocity getVolume isEffectsSupported newQueueableSource newSource pause play setDistanceModel
    setDopplerScale setEffect setMixWithSystem setOrientation setPosition setVelocity setVolume stop}
    conf! data{compress decode decompress encode getPackedSize hash newByteData newDataView pack unpack}
    directorydropped! draw! errhand! errorhandler! event{clear poll pump push quit wait} filedropped!
    filesystem{append areSymlinksEnabled createDirectory exists getAppdataDirectory getCRequirePath
    getDirectoryItems getIdentity getInfo getLastModified getRealDirectory getRequirePath getSaveDirectory
    getSize getSource getSourceBaseDirectory getUserDirectory getWorkingDirectory init isDirectory isFile
    isFused isSymlink lines load mount newFile newFileData read remove setCRequirePath setIdentity
    setRequirePath setSource setSymlinksEnabled unmount write} focus! font{newBMFontRasterizer
    newGlyphData newImageRasterizer newRasterizer newTrueTypeRasterizer} gamepadaxis! gamepadpressed!
    gamepadreleased! getVersion graphics{applyTransform arc captureScreenshot circle clear discard draw
    drawInstanced drawLayer ellipse flushBatch getBackgroundColor getBlendMode getCanvas getCanvasFormats
    getColor getColorMask getDPIScale getDefaultFilter getDefaultMipmapFilter getDepthMode getDimensions
    getFont getFrontFaceWinding getHeight getImageFormats getLineJoin getLineStyle getLineWidth
    getMeshCullMode getPixelDimensions getPixelHeight getPixelWidth getPointSize getRendererInfo
    getScissor getShader getStackDepth getStats getStencilTest getSupported getSystemLimits
    getTextureTypes getWidth intersectScissor inverseTransformPoint isActive isGammaCorrect isWireframe
    line newArrayImage newCanvas newCubeImage newFont newImage newImageFont newMesh newParticleSystem
    newQuad newShader newSpriteBatch newText newVideo newVolumeImage origin points polygon pop present
    print printf push rectangle replaceTransform reset rotate scale setBackgroundColor setBlendMode
    setCanvas setColor setColorMask setDefaultFilter setDefaultMipmapFilter setDepthMode setFont
    setFrontFaceWinding setLineJoin setLineStyle setLineWidth setMeshCullMode setNewFont setPointSize
    setScissor setShader setStencilTest setWireframe shear stencil transformPoint translate
    validateShader} handlers! hasDeprecationOutput image{isCompressed newCompressedData newCubeFaces
    newImageData} joystick{getJoystickCount getJoysticks loadGamepadMappings saveGamepadMappings
    setGamepadMapping} joystickadded! joystickaxis! joystickhat! joystickpressed! joystickreleased!
    joystickremoved! keyboard{getKeyFromScancode getScancodeFromKey hasKeyRepeat hasScreenKeyboard
    hasTextInput isDown isScancodeDown setKeyRepeat setTextInput} keypressed! keyreleased! load!
    lowmemory! math{compress decompress gammaToLinear getRandomSeed getRandomState isConvex linearToGamma
    newBezierCurve newRandomGenerator newTransform noise random randomNormal setRandomSeed setRandomState
    triangulate} mouse{getCursor getPosition getRelativeMode getSystemCursor getX getY hasCursor
    isCursorSupported isDown isGrabbed isVisible newCursor setCursor setGrabbed setPosition
    setRelativeMode setVisible setX setY} mousefocus! mousemoved! mousepressed! mousereleased!
    physics{getDistance getMeter newBody newChainShape newCircleShape newDistanceJoint newEdgeShape
    newFixture newFrictionJoint newGearJoint newMotorJoint newMouseJoint newPolygonShape newPrismaticJoint
    newPulleyJoint newRectangleShape newRevoluteJoint newRopeJoint newWeldJoint newWheelJoint newWorld
    setMeter} quit! resize! run! setDeprecationOutput sound{newDecoder newSoundData}
    system{getClipboardText getOS getPowerInfo getProcessorCount hasBackgroundMusic openURL
    setClipboardText vibrate} textedited! textinput! thread{getChannel newChannel newThread} threaderror!
    timer{getAverageDelta getDelta getFPS getTime sleep step} touch{getPosition getPressure getTouches}
    touchmoved! touchpressed! touchreleased! update! video{newVideoStream} visible! wheelmoved!
    window{close fromPixels getDPIScale getDisplayName getFullscreen getFullscreenModes getIcon getMode
    getPixelScale getPosition getTitle hasFocus hasMouseFocus isDisplaySleepEnabled isMaximized
    isMinimized isOpen isVisible maximize minimize requestAttention restore setDisplaySleepEnabled
    setFullscreen setIcon setMode setPosition setTitle showMessageBox toPixels updateMode}}`,
  playdate: `
    Object class{extends} face3d{new} import json{decode decodeFile encode encodePretty encodeToFile}
    kTextAlignment{center left right} playdate{AButtonDown! AButtonHeld! AButtonUp! BButtonDown!
    BButtonHeld! BButtonUp! GMTTimeFromEpoch accelerometerIsRunning apiVersion argv buttonIsPressed
    buttonJustPressed buttonJustReleased clearConsole crankDocked! crankUndocked! cranked!
    datastore{delete read readImage write writeImage} debugDraw! deviceDidUnlock! deviceWillLock!
    deviceWillSleep! display{flush getHeight getInverted getMosaic getOffset getRect getRefreshRate
    getScale getSize getWidth loadImage setFlipped setInverted setMosaic setOffset setRefreshRate
    setScale} downButtonDown! downButtonUp! drawFPS easingFunctions{inBack inBounce inCirc inCubic
    inElastic inExpo inOutBack inOutBounce inOutCirc inOutCubic inOutElastic inOutExpo inOutQuad
    inOutQuart inOutQuint inOutSine inQuad inQuart inQuint inSine linear outBack outBounce outCirc
    outCubic outElastic outExpo outInBack outInBounce outInCirc outInCubic outInElastic outInExpo
    outInQuad outInQuart outInQuint outInSine outQuad outQuart outQuint outSine} epochFromGMTTime
    epochFromTime file{delete exists getSize getType isdir kFileAppend kFileRead kFileWrite listFiles load
    mkdir modtime open rename run} frameTimer{allTimers new performAfterDelay updateTimers} gameWillPause!
    gameWillResume! gameWillTerminate! geometry{affineTransform{new} arc{new} distanceToPoint kFlippedX
    kFlippedXY kFlippedY kUnflipped lineSegment{fast_intersection new} point{new} polygon{new}
    rect{fast_intersection fast_union new} size{new} squaredDistanceToPoint vector2D{new}}
    getBatteryPercentage getBatteryVoltage getButtonState getCrankChange getCrankPosition getCrankTicks
    getCurrentTimeMilliseconds getElapsedTime getFlipped getGMTTime getPowerStatus getReduceFlashing
    getSecondsSinceEpoch getStats getSystemLanguage getSystemMenu getTime graphics{animation{blinker{new
    stopAll updateAll} loop{new}} animator{new} checkAlphaCollision clear clearClipRect clearStencil
    clearStencilImage drawArc drawCircleAtPoint drawCircleInRect drawEllipseInRect drawLine
    drawLocalizedText drawLocalizedTextAligned drawLocalizedTextInRect drawPixel drawPolygon drawRect
    drawRoundRect drawSineWave drawText drawTextAligned drawTextInRect drawTriangle fillCircleAtPoint
    fillCircleInRect fillEllipseInRect fillPolygon fillRect fillRoundRect fillTriangle
    font{kLanguageEnglish kLanguageJapanese kVariantBold kVariantItalic kVariantNormal new newFamily}
    generateQRCode getBackgroundColor getClipRect getColor getDisplayImage getDrawOffset getFont
    getFontTracking getImageDrawMode getLineWidth getLocalizedText getScreenClipRect getStrokeLocation
    getSystemFont getTextSize getTextSizeForMaxWidth getWorkingImage image{kDitherTypeAtkinson
    kDitherTypeBayer2x2 kDitherTypeBayer4x4 kDitherTypeBayer8x8 kDitherTypeBurkes kDitherTypeDiagonalLine
    kDitherTypeFloydSteinberg kDitherTypeHorizontalLine kDitherTypeNone kDitherTypeScreen
    kDitherTypeVerticalLine new} imageSizeAtPath imagetable{new} kColorBlack kColorClear kColorWhite
    kColorXOR kDrawModeBlackTransparent kDrawModeCopy kDrawModeFillBlack kDrawModeFillWhite
    kDrawModeInverted kDrawModeNXOR kDrawModeWhiteTransparent kDrawModeXOR kImageFlippedX kImageFlippedXY
    kImageFlippedY kImageUnflipped kLineCapStyleButt kLineCapStyleRound kLineCapStyleSquare
    kPolygonFillEvenOdd kPolygonFillNonZero kStrokeCentered kStrokeInside kStrokeOutside lockFocus
    nineSlice{new} perlin perlinArray popContext pushContext setBackgroundColor setClipRect setColor
    setDitherPattern setDrawOffset setFont setFontFamily setFontTracking setImageDrawMode setLineCapStyle
    setLineWidth setPattern setPolygonFillRule setScreenClipRect setStencilImage setStencilPattern
    setStrokeLocation sprite{addDirtyRect addEmptyCollisionSprite addSprite addWallSprites
    allOverlappingSprites getAllSprites getAlwaysRedraw kCollisionTypeBounce kCollisionTypeFreeze
    kCollisionTypeOverlap kCollisionTypeSlide new performOnAllSprites querySpriteInfoAlongLine
    querySpritesAlongLine querySpritesAtPoint querySpritesInRect redrawBackground removeAll removeSprite
    removeSprites setAlwaysRedraw setBackgroundDrawingCallback setClipRectsInRange spriteCount update}
    tilemap{new} unlockFocus video{new}} inputHandlers{pop push} isCrankDocked isSimulator kButtonA
    kButtonB kButtonDown kButtonLeft kButtonRight kButtonUp keyPressed! keyReleased! keyboard{hide
    isVisible keyboardAnimatingCallback! keyboardDidHideCallback! keyboardDidShowCallback!
    keyboardWillHideCallback! left setCapitalizationBehavior show text! textChangedCallback! width}
    leftButtonDown! leftButtonUp! math{lerp} metadata{buildNumber bundleID contentWarning contentWarning2
    description imagePath launchSoundPath name version} pathfinder{graph{new new2DGrid}} readAccelerometer
    resetElapsedTime rightButtonDown! rightButtonUp! setAutoLockDisabled setCollectsGarbage
    setCrankSoundsDisabled setDebugDrawColor setGCScaling setMenuImage setMinimumGCTime setNewlinePrinted
    setStatsInterval simulator{exit getURL writeToFile} sound{addEffect bitcrusher{new} channel{new}
    controlsignal{new} delayline{new} envelope{new} fileplayer{new} getCurrentTime getHeadphoneState
    getSampleRate instrument{new} kFilterBandPass kFilterHighPass kFilterHighShelf kFilterLowPass
    kFilterLowShelf kFilterNotch kFilterPEQ kFormat16bitMono kFormat16bitStereo kFormat8bitMono
    kFormat8bitStereo kLFOSampleAndHold kLFOSawtoothDown kLFOSawtoothUp kLFOSine kLFOSquare kLFOTriangle
    kWaveNoise kWavePODigital kWavePOPhase kWavePOVosim kWaveSawtooth kWaveSine kWaveSquare kWaveTriangle
    lfo{new} micinput{getLevel getSource recordToSample startListening stopListening stopRecording}
    onepolefilter{new} overdrive{new} playingSources removeEffect resetTime ringmod{new} sample{new}
    sampleplayer{new} sequence{new} setOutputsActive synth{new} track{new} twopolefilter{new}} start
    startAccelerometer stop stopAccelerometer string{UUID trimLeadingWhitespace trimTrailingWhitespace
    trimWhitespace} timeFromEpoch timer{allTimers keyRepeatTimer keyRepeatTimerWithDelay new
    performAfterDelay updateTimers} ui{crankIndicator{clockwise start update} gridview{new}} upButtonDown!
    upButtonUp! update! wait} printTable sample scene3d{new} shape3d{new} table{create deepcopy getsize
    indexOfElement shallowcopy} vector3d{new} where`,
  sile: `
    CASILE!* SILE!* SU!* fluent!* luautf8!* pl!*`,
}
