package io.surgemesh.netty;

import io.surgemesh.session.YamuxLimits;
import java.util.function.Consumer;

/**
 * What every connection of a host shares.
 *
 * @param scope what they use together
 * @param watch told what they do
 * @param onClosed told once, on the connection's loop, that it is gone
 */
record SessionContext(
    ProtocolTable protocols,
    HostDeadlines deadlines,
    HostLimits limits,
    HostScope scope,
    YamuxLimits yamux,
    Watch watch,
    Consumer<NettyConnection> onClosed) {}
