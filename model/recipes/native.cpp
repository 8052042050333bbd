// One epoch of plain gradient descent on linear layers with ReLU between them and cross-entropy at the end.
//
// Compiled for this processor with -DREAL=float|double and -DBATCH=<rows of a batch>. Matrices are row-major; their rows
// are padded with zeros to whole vectors. `deltas` are gradients times minus the rate, so an update only ever adds.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <thread>
#include <vector>

constexpr int LANES = 64 / sizeof(REAL);
constexpr int ROWS = 32;  // weight rows that stream through the backward pass at a time: as many as are prefetched
typedef REAL vector __attribute__((vector_size(64), aligned(sizeof(REAL)), may_alias));

struct Layer {
    REAL *weight, *bias;  // (outputs, padded inputs), (outputs)
    long inputs, outputs, padded;
};

struct Barrier {  // spins, then gives way: another program on the core must not cost a time slice each time
    const int threads;
    std::atomic<int> waiting{0}, turn{0};
    void wait() {
        const int mine = turn.load();
        if (waiting.fetch_add(1) + 1 == threads) {
            waiting = 0;
            turn = mine + 1;
        } else
            for (int spins = 0; turn.load() == mine; spins++)
                if (spins > 4000) std::this_thread::yield();
    }
};

static REAL sum(vector values) {  // by quarters: lane by lane it would take longer than a short product
    typedef REAL quarter __attribute__((vector_size(16)));
    const union {
        vector whole;
        quarter of[4];
    } parts{values};
    const quarter folded = (parts.of[0] + parts.of[1]) + (parts.of[2] + parts.of[3]);
    REAL total = 0;
    for (int lane = 0; lane < LANES / 4; lane++) total += folded[lane];
    return total;
}

// outputs[b][o] = bias[o] + inputs[b] · weight[o] for the rows of one thread, two at a time; ReLU unless it is the last.
template <int AT_ONCE>
static void forward(const Layer &layer, const REAL *inputs, REAL *outputs, long stride, bool relu, long o) {
    vector totals[AT_ONCE][BATCH] = {};
    for (long i = 0; i < layer.padded; i += LANES) {
        vector weights[AT_ONCE];
        for (int k = 0; k < AT_ONCE; k++) weights[k] = *(const vector *)(layer.weight + (o + k) * layer.padded + i);
#pragma GCC unroll 32
        for (int b = 0; b < BATCH; b++) {
            const vector values = *(const vector *)(inputs + b * layer.padded + i);
            for (int k = 0; k < AT_ONCE; k++) totals[k][b] += values * weights[k];
        }
    }
    for (int k = 0; k < AT_ONCE; k++)
#pragma GCC unroll 32
        for (int b = 0; b < BATCH; b++) {
            const REAL output = sum(totals[k][b]) + layer.bias[o + k];
            outputs[b * stride + o + k] = relu ? std::max(output, REAL(0)) : output;
        }
}

static void forward(const Layer &layer, const REAL *inputs, REAL *outputs, long stride, bool relu, long from, long to) {
    for (; from + 1 < to; from += 2) forward<2>(layer, inputs, outputs, stride, relu, from);
    if (from < to) forward<1>(layer, inputs, outputs, stride, relu, from);
}

// weight[o] += deltas[o] · inputs, and before that, if asked, arriving[b] += deltas[o][b] * weight[o].
template <bool ARRIVE>
static void backward(Layer &layer, const REAL *inputs, const REAL (*deltas)[BATCH], REAL *arriving, long from, long to) {
    for (long block = from; block < to; block += ROWS) {
        const long end = std::min(block + ROWS, to);
        for (long i = 0; i < layer.padded; i += LANES) {
            vector values[BATCH], sums[BATCH];
            for (int b = 0; b < BATCH; b++) {
                values[b] = *(const vector *)(inputs + b * layer.padded + i);
                if (ARRIVE) sums[b] = *(const vector *)(arriving + b * layer.padded + i);
            }
            for (long o = block; o < end; o++) {
                vector *weight = (vector *)(layer.weight + o * layer.padded + i), old = *weight, updated = old;
#pragma GCC unroll 32
                for (int b = 0; b < BATCH; b++) {
                    if (ARRIVE) sums[b] += deltas[o][b] * old;
                    updated += deltas[o][b] * values[b];
                }
                *weight = updated;
            }
            if (ARRIVE)
                for (int b = 0; b < BATCH; b++) *(vector *)(arriving + b * layer.padded + i) = sums[b];
        }
    }
    for (long o = from; o < to; o++)
        for (int b = 0; b < BATCH; b++) layer.bias[o] += deltas[o][b];
}

// What arrives at a layer's inputs, (BATCH, padded), becomes deltas of the layer before, (outputs, BATCH), through ReLU.
static void collect(const REAL *arriving, const REAL *activated, REAL *deltas, long padded, bool fresh, long from, long to) {
    for (long i = from; i < to; i++)
        for (int b = 0; b < BATCH; b++) {
            const REAL passed = activated[b * padded + i] > 0 ? arriving[b * padded + i] : 0;
            deltas[i * BATCH + b] = fresh ? passed : deltas[i * BATCH + b] + passed;
        }
}

extern "C" {
// `features` (samples, padded inputs of the first layer), in the order of training, and as many rows more as fill the
// last batch; `losses` (samples) are the cross-entropies of each sample before its step.
void epoch(Layer *layers, int depth, REAL *features, const long *labels, long samples, REAL rate, REAL *losses, int threads) {
    const int last = depth - 1;
    const long classes = layers[last].outputs;
    std::vector<std::vector<REAL>> hidden(depth);  // [l]: inputs of layer l, (BATCH, padded)
    std::vector<std::vector<REAL>> deltas(depth);  // [l]: at the outputs of layer l, (outputs, BATCH)
    std::vector<std::vector<std::vector<REAL>>> arriving(depth);  // [l][thread]: (BATCH, padded)
    for (int l = 0; l < depth; l++) {
        hidden[l].resize(l ? BATCH * layers[l].padded : 0);
        deltas[l].resize(layers[l].outputs * BATCH);
        arriving[l].assign(threads, std::vector<REAL>(l ? BATCH * layers[l].padded : 0));
    }
    Barrier barrier{threads};

    auto work = [&](int thread) {
        auto from = [&](int l) { return layers[l].outputs * thread / threads; };
        auto to = [&](int l) { return layers[l].outputs * (thread + 1) / threads; };
        std::vector<REAL> logits(BATCH * classes);
        for (long start = 0; start < samples; start += BATCH) {
            const int rows = std::min<long>(BATCH, samples - start);
            for (int l = 0; l < last; l++) {
                const REAL *inputs = l ? hidden[l].data() : features + start * layers[0].padded;
                forward(layers[l], inputs, hidden[l + 1].data(), layers[l + 1].padded, true, from(l), to(l));
                barrier.wait();
            }
            // The last layer is narrow: every thread computes all of it rather than wait for the others.
            forward(layers[last], hidden[last].data(), logits.data(), classes, false, 0, classes);
            std::vector<REAL> own(classes * BATCH);
            for (int b = 0; b < rows; b++) {
                const REAL *logit = &logits[b * classes], most = *std::max_element(logit, logit + classes);
                REAL total = 0;
                for (long c = 0; c < classes; c++) total += std::exp(logit[c] - most);
                const long label = labels[start + b];
                for (long c = 0; c < classes; c++)
                    own[c * BATCH + b] = rate / rows * ((c == label) - std::exp(logit[c] - most) / total);
                if (thread == 0) losses[start + b] = std::log(total) + most - logit[label];
            }
            for (int l = last; l >= 0; l--) {
                const REAL *inputs = l ? hidden[l].data() : features + start * layers[0].padded;
                if (l == last) {  // what arrives is computed by every thread, the update is the first's
                    std::vector<REAL> &sums = arriving[l][thread];
                    for (int b = 0; b < BATCH; b++)
                        for (long i = from(l - 1); i < to(l - 1); i++) {
                            REAL total = 0;
                            for (long c = 0; c < classes; c++) total += own[c * BATCH + b] * layers[l].weight[c * layers[l].padded + i];
                            sums[b * layers[l].padded + i] = total;
                        }
                    barrier.wait();  // all have read the last layer; the first thread may change it
                    if (thread == 0)
                        backward<false>(layers[l], inputs, (const REAL(*)[BATCH])own.data(), nullptr, 0, classes);
                } else if (l) {
                    std::vector<REAL> &sums = arriving[l][thread];
                    std::fill(sums.begin(), sums.end(), REAL(0));
                    backward<true>(layers[l], inputs, (const REAL(*)[BATCH])deltas[l].data(), sums.data(), from(l), to(l));
                    barrier.wait();
                } else
                    backward<false>(layers[0], inputs, (const REAL(*)[BATCH])deltas[0].data(), nullptr, from(0), to(0));
                if (l)
                    for (int t = l == last ? thread : 0; t < (l == last ? thread + 1 : threads); t++)
                        collect(arriving[l][t].data(), inputs, deltas[l - 1].data(), layers[l].padded,
                                t == 0 || l == last, from(l - 1), to(l - 1));
            }
        }
    };
    std::vector<std::thread> others;
    for (int thread = 1; thread < threads; thread++) others.emplace_back(work, thread);
    work(0);
    for (std::thread &other : others) other.join();
}
}
