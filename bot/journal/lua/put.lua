-- Store entries, each once, and lease the chats in which nothing waited to who asks. ARGV: lease in ms,
-- the room (see common.lua), then (lane, chat, id, entry)*. Gives for each entry {} (known already),
-- {''} (stored behind others, or without room), or {the fence of its chat's new lease, its record}.
local lease_ms = tonumber(ARGV[1])
local room, first = read_room(2)
local now = now_ms()
local stored = {}
for i = first, #ARGV, 4 do
  if is_new(ARGV[i + 2], now) then
    local fence = append_or_lease(room, ARGV[i], ARGV[i + 1], ARGV[i + 3], now, lease_ms)
    stored[#stored + 1] = fence == '' and {''} or {fence, record_of(ARGV[i + 1])}
  else
    stored[#stored + 1] = {}
  end
end
return stored
