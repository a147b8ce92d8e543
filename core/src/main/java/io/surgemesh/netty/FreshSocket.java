package io.surgemesh.netty;

import io.netty.channel.Channel;
import io.surgemesh.identity.PeerId;
import io.surgemesh.multiformats.Multiaddr;
import io.surgemesh.session.Security;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A socket that has just been connected, and what is to become of it.
 *
 * @param loop its event loop
 * @param slot its place among all connections
 * @param address of the other end, without a trailing peer id
 * @param outbound whether we dialled
 * @param securities the secure channels that the peer may choose from; the first is proposed when
 *     we dialled
 * @param expected whom a dialled peer must prove to be, null when anybody will do or it dialled us
 */
record FreshSocket(
    Channel channel,
    NettyLoop loop,
    ConnectionSlots.Slot slot,
    Multiaddr address,
    boolean outbound,
    List<Security> securities,
    @Nullable PeerId expected) {}
