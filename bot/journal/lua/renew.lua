-- Lengthen leases. ARGV: lane, lease in ms, (chat, fence)*. Gives 1 for each that still holds, else 0.
local lane, held = ARGV[1], {}
even_if_full()
local until_ms = now_ms() + tonumber(ARGV[2])
for i = 3, #ARGV, 2 do
  local mine = has_lease(lane, ARGV[i], ARGV[i + 1])
  if mine then keep_lease(lane, ARGV[i], until_ms) end
  held[#held + 1] = mine and 1 or 0
end
return held
